package dev.weir.api;

import dev.weir.files.TemporaryFolder;
import dev.weir.runtime.Pools;
import dev.weir.runtime.RecordMethods;
import dev.weir.runtime.Settings;
import dev.weir.workflow.ConfigurationWatch;
import dev.weir.workflow.Workflows;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Loads the configuration when the application starts: the files of {@code weir.config}, or without it the demonstration
 * that the WAR carries. With {@code weir.config.reload}, loads them again whenever they are saved. When the application ends,
 * gives what runs its time to finish.
 */
@WebListener
public class Startup implements ServletContextListener {
    private static final System.Logger LOG = System.getLogger(Startup.class.getName());

    private static final long LOOK_EVERY_MILLIS = 500;

    @Inject
    private Workflows workflows;

    @Inject
    private Settings settings;

    @Inject
    private Pools pools;

    @Inject
    private PagePort port;

    @Inject
    private Gate gate;

    @Inject
    private Ending ending;

    private @Nullable Demonstration demonstration;
    private @Nullable Runnable hook;
    private @Nullable Future<?> watching;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        OwnClasses.load(event.getServletContext());
        TemporaryFolder.ofThisServer().sweep();
        hook = pools.whenTheJvmEnds(ending::drain);
        if (!settings.problems().isEmpty()) {
            workflows.reject(settings.problems());
            return;
        }
        List<Path> files = settings.configurationFiles().stream().map(Path::of).toList();
        if (files.isEmpty()) {
            LOG.log(Level.INFO, "weir.config is not set: serving the demonstration that the WAR carries");
            try {
                demonstration = Demonstration.unpack(event.getServletContext());
            } catch (IOException e) {
                throw new UncheckedIOException("the demonstration could not be unpacked", e);
            }
            files = List.of(demonstration.configuration());
        }
        String contextPath = event.getServletContext().getContextPath();
        List<Path> named = load(files, contextPath);
        if (settings.reload() && demonstration == null) {
            watch(files, named, contextPath);
        }
    }

    private List<Path> load(List<Path> files, String contextPath) {
        List<Path> named = workflows.load(files);
        port.follow(workflows.controller(), contextPath);
        gate.follow();
        return named;
    }

    private void watch(List<Path> files, List<Path> named, String contextPath) {
        ConfigurationWatch watch = new ConfigurationWatch(files);
        watch.follow(named);
        watching = pools.timers()
                .scheduleWithFixedDelay(
                        () -> {
                            if (watch.saved()) {
                                pools.runs().execute(() -> watch.follow(load(files, contextPath)));
                            }
                        },
                        LOOK_EVERY_MILLIS,
                        LOOK_EVERY_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (watching != null) {
            watching.cancel(false);
        }
        port.close();
        ending.end();
        if (hook != null) {
            hook.run();
        }
        if (demonstration != null) {
            demonstration.delete();
        }
        TemporaryFolder.ofThisServer().close();
        RecordMethods.forget();
    }
}
