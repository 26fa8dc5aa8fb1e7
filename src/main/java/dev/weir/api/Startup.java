package dev.weir.api;

import dev.weir.runtime.Pools;
import dev.weir.runtime.RecordMethods;
import dev.weir.runtime.Settings;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.workflow.ConfigurationReload;
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
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads the configuration when the application starts: the files of {@code weir.config}, or without it the demonstration
 * that the WAR carries. With {@code weir.config.reload}, loads them again whenever they are saved. When the application ends,
 * gives what runs its time to finish.
 */
@WebListener
public class Startup implements ServletContextListener {
    private static final System.Logger LOG = System.getLogger(Startup.class.getName());

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
    private @Nullable ConfigurationReload reload;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        OwnClasses.load(event.getServletContext());
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
        List<Path> configuration = files;
        reload = new ConfigurationReload(
                files,
                current -> load(configuration, contextPath, current),
                new Timers(pools.timers()),
                new Tasks(pools.processes()),
                System::nanoTime);
        reload.load();
        if (settings.reload() && demonstration == null) {
            reload.begin();
        }
    }

    private Optional<List<Path>> load(List<Path> files, String contextPath, BooleanSupplier current) {
        Optional<List<Path>> named = workflows.load(files, current);
        if (named.isPresent()) {
            port.follow(workflows.controller(), contextPath);
            gate.follow();
        }
        return named;
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (reload != null) {
            reload.close();
        }
        port.close();
        ending.end();
        if (hook != null) {
            hook.run();
        }
        if (demonstration != null) {
            demonstration.delete();
        }
        RecordMethods.forget();
    }
}
