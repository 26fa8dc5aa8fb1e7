package dev.weir.workflow;

import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.stream.Tasks;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Runs of a configuration of their own, beside the one that is served: no client can ask for them, and nothing of them is logged.
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
     * @param served has the providers of components, which call this machine here
     * @param environment all variables that the configuration sees
     * @throws IllegalArgumentException if the configuration is wrong, with its problems
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
        return new SeparateRuns(workflows, new Runs(workflows, tasks, pools, settings, (run, delivery) -> {}));
    }

    /** Where these runs are admitted and started. */
    public Runs runs() {
        return runs;
    }

    /** Ends them, and waits until their components are closed. */
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
