package dev.weir.lifecycle;

import dev.weir.files.TemporaryFolder;
import jakarta.servlet.ServletContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The configuration and model of the WAR, unpacked into a temporary folder. Not every server unpacks a WAR, and a model is read
 * from files.
 *
 * @param folder the temporary folder, used only for this
 */
record Demonstration(Path folder) {
    private static final System.Logger LOG = System.getLogger(Demonstration.class.getName());
    private static final String ROOT = "/WEB-INF/demo/";

    static Demonstration unpack(ServletContext war) throws IOException {
        Demonstration demonstration =
                new Demonstration(TemporaryFolder.ofThisServer().folder("demo-"));
        try {
            demonstration.copy(war, ROOT);
            return demonstration;
        } catch (IOException | RuntimeException e) {
            demonstration.delete();
            throw e;
        }
    }

    private void copy(ServletContext war, String directory) throws IOException {
        Set<String> paths = war.getResourcePaths(directory);
        if (paths == null) {
            throw new FileNotFoundException("the WAR has no " + directory);
        }
        for (String path : paths) {
            if (path.endsWith("/")) {
                copy(war, path);
            } else {
                Path target = folder.resolve(path.substring(ROOT.length()));
                Files.createDirectories(target.getParent());
                try (InputStream in = war.getResourceAsStream(path)) {
                    Files.copy(in, target);
                }
            }
        }
    }

    Path configuration() {
        return folder.resolve("quickstart/model-compose.yml");
    }

    void delete() {
        try (Stream<Path> tree = Files.walk(folder)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the temporary folder " + folder + " could not be deleted", e);
        }
    }
}
