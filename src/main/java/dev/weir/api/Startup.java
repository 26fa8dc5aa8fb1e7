package dev.weir.api;

import dev.weir.runtime.Settings;
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
import org.jspecify.annotations.Nullable;

/**
 * Loads the configuration when the application starts: the files of {@code weir.config}, or without it the demonstration
 * that the WAR carries.
 */
@WebListener
public class Startup implements ServletContextListener {
    private static final System.Logger LOG = System.getLogger(Startup.class.getName());

    @Inject
    private Workflows workflows;

    @Inject
    private Settings settings;

    private @Nullable Demonstration demonstration;

    @Override
    public void contextInitialized(ServletContextEvent event) {
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
        workflows.load(files);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        workflows.close();
        if (demonstration != null) {
            demonstration.delete();
        }
    }
}
