package dev.weir.workflow;

import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.stream.Tasks;
import dev.weir.telemetry.Instruments;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Runs of a separate configuration beside the one that is served. Clients cannot request these runs, and they are not logged.
 * Thread-safe.
 */
public final class SeparateRuns implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SeparateRuns.class.getName());
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final Workflows workflows;
    private final Runs runs;

    private SeparateRuns(Workflows workflows, Runs runs) {
        this.workflows = workflows;
        this.runs = runs;
    }

    /**
     * Serves {@code configuration} until this is closed.
     *
     * @param environment all variables that the configuration sees
     * @param served provides the component types; the new components call this machine
     * @throws IllegalArgumentException if the configuration has problems; the message lists them
     */
    public static SeparateRuns of(
            Path configuration, Map<String, String> environment, Workflows served, Settings settings, Pools pools) {
        LoadResult result = ConfigReader.read(List.of(configuration), environment);
        if (!(result instanceof LoadResult.Loaded loaded)) {
            throw new IllegalArgumentException(result.toString());
        }
        TaskRegistry tasks = new TaskRegistry(settings.tasks().maxOutputBytes(), Clock.systemUTC());
        Workflows workflows = served.separate(tasks, new Tasks(pools.processes()));
        workflows.serve(loaded.config());
        return new SeparateRuns(
                workflows, new Runs(workflows, tasks, pools, settings, Instruments.off(), (run, delivery) -> {}));
    }

    /** Returns the entry point that admits and starts these runs. */
    public Runs runs() {
        return runs;
    }

    /** Ends the runs and waits at most 10 s until their components are closed. */
    @Override
    public void close() {
        workflows.close();
        try {
            if (!workflows.awaitClosed(CLOSING)) {
                LOG.log(Level.WARNING, "components still close after {0} s", CLOSING.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
