package dev.weir.it.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A folder of servers that are unpacked from their archives, each version once for all builds of a user. A server is complete
 * or absent, even if a build ends while it unpacks. The folder is only read: a test gives the server another folder for its
 * files.
 */
public final class UnpackedServers {
    /** A lock of a file excludes other JVMs, not other threads of this JVM. */
    private static final Object OF_THIS_JVM = new Object();

    private final Path folder;

    UnpackedServers(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** The WildFly of the build; unpacked first if it is missing. */
    public static Path wildFly() throws IOException {
        return named("weir.wildfly");
    }

    /** The Open Liberty of the build; unpacked first if it is missing. */
    public static Path openLiberty() throws IOException {
        return named("weir.open-liberty");
    }

    private static Path named(String archive) throws IOException {
        String servers = System.getProperty("weir.servers");
        String file = System.getProperty(archive);
        if (servers == null || file == null) {
            throw new IllegalStateException(
                    "system property weir.servers or " + archive + " is not set: run the test by Maven");
        }
        return new UnpackedServers(Path.of(servers)).home(Path.of(file));
    }

    /**
     * The top folder of an archive, unpacked.
     *
     * @param archive a ZIP file with the version in its name
     */
    Path home(Path archive) throws IOException {
        Path unpacked = folder.resolve(archive.getFileName().toString().replaceFirst("\\.zip$", ""));
        synchronized (OF_THIS_JVM) {
            Files.createDirectories(folder);
            try (FileChannel lock = FileChannel.open(
                    unpacked.resolveSibling(unpacked.getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE)) {
                lock.lock();
                if (!Files.exists(unpacked)) {
                    Path part = unpacked.resolveSibling(unpacked.getFileName() + ".part");
                    delete(part);
                    unpack(archive, part);
                    Files.move(part, unpacked, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        try (Stream<Path> inside = Files.list(unpacked)) {
            return inside.findFirst().orElseThrow(() -> new IOException(archive + " is empty"));
        }
    }

    private static void unpack(Path archive, Path to) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                Path file = to.resolve(entry.getName()).normalize();
                if (!file.startsWith(to)) {
                    throw new IOException(archive + " has an entry outside its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                try (InputStream content = zip.getInputStream(entry)) {
                    Files.copy(content, file);
                }
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
