package dev.weir.lifecycle;

import dev.weir.files.TemporaryFolder;
import dev.weir.runtime.Pools;
import dev.weir.runtime.RecordMethods;
import dev.weir.runtime.Settings;
import dev.weir.runtime.Shutdown;
import dev.weir.runtime.Shutdown.Phase;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Starts the application: loads the configuration from the files of {@code weir.config}, or without them the demonstration of the
 * WAR. With {@code weir.config.reload}, saved files are loaded again. Registers the participants of the shutdown.
 */
@WebListener
public class Startup implements ServletContextListener {
    private static final System.Logger LOG = System.getLogger(Startup.class.getName());

    /** The longest wait for the components; a model is closed only after its current step. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

    @Inject
    private Workflows workflows;

    @Inject
    private Settings settings;

    @Inject
    private Pools pools;

    @Inject
    @Any
    private Instance<ApplicationPart> parts;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ClassPreloading.load(event.getServletContext());
        TemporaryFolder temporary = TemporaryFolder.ofThisServer();
        temporary.sweep();
        register(pools.shutdown());
        pools.shutdown().register(Phase.RELEASE, "temporary files", temporary::close);
        if (!settings.problems().isEmpty()) {
            workflows.reject(settings.problems());
            return;
        }
        List<Path> files =
                settings.start().configurationFiles().stream().map(Path::of).toList();
        Demonstration demonstration = null;
        if (files.isEmpty()) {
            LOG.log(Level.INFO, "weir.config is not set: serving the demonstration that the WAR carries");
            try {
                demonstration = Demonstration.unpack(event.getServletContext());
            } catch (IOException e) {
                throw new UncheckedIOException("the demonstration could not be unpacked", e);
            }
            pools.shutdown().register(Phase.RELEASE, "the demonstration", demonstration::delete);
            files = List.of(demonstration.configuration());
        }
        String contextPath = event.getServletContext().getContextPath();
        List<Path> configuration = files;
        ConfigurationReload reload = new ConfigurationReload(
                files,
                current -> load(configuration, contextPath, current),
                new Timers(pools.timers()),
                new Tasks(pools.processes()),
                System::nanoTime);
        pools.shutdown().register(Phase.REFUSE_REQUESTS, "loading of configurations", reload::close);
        parts.forEach(part -> part.start(temporary));
        reload.load();
        if (settings.start().reload() && demonstration == null) {
            reload.begin();
        }
    }

    private Optional<List<Path>> load(List<Path> files, String contextPath, BooleanSupplier current) {
        Optional<List<Path>> named = workflows.load(files, current);
        if (named.isPresent()) {
            followConfiguration(contextPath);
        }
        return named;
    }

    /** Lets each part follow the configuration. A part that fails keeps no other from it; its failure is thrown in the end. */
    private void followConfiguration(String contextPath) {
        RuntimeException failure = null;
        for (ApplicationPart part : parts) {
            try {
                part.configurationServed(contextPath);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void register(Shutdown shutdown) {
        // The server's threads may run nothing once the application ends.
        shutdown.register(Phase.REFUSE_REQUESTS, "threads of the server", pools::applicationEnds);
        shutdown.register(Phase.REFUSE_REQUESTS, "admission of runs", workflows::refuse);
        parts.forEach(part -> part.register(shutdown));
        shutdown.register(Phase.DRAIN_RUNS, "runs", settings.shutdown().drain(), workflows::awaitRuns);
        shutdown.register(Phase.FAIL_RUNS, "runs that did not finish", workflows::failRuns);
        shutdown.register(Phase.CLOSE_COMPONENTS, "components", CLOSING, limit -> {
            workflows.close();
            return workflows.awaitClosed(limit);
        });
        shutdown.register(Phase.RELEASE, "the hook of the JVM", pools.whenTheJvmEnds(shutdown::run));
        shutdown.register(Phase.RELEASE, "methods of records", RecordMethods::releaseLast);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        pools.shutdown().run();
        // Again, since later code may have linked further records.
        RecordMethods.releaseLast();
    }
}
