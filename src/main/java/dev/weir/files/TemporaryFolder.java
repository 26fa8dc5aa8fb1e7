package dev.weir.files;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one server's temporary files. Thread-safe.
 *
 * <p>The server locks a lock file in the folder as long as it lives. The lock of a killed server is free. By it the next server
 * of the same user recognises the folder and deletes it.
 */
public final class TemporaryFolder implements AutoCloseable {
    static final String PREFIX = "weir-files-";

    private static final System.Logger LOG = System.getLogger(TemporaryFolder.class.getName());
    private static final String LOCK = "lock";
    private static final int MOST_TRIES = 100;
    private static final int MOST_SWEPT = 10_000;

    /**
     * Prefix of all folders of this JVM. A JVM must not open its own lock file a second time: on POSIX systems, closing the
     * second channel releases the lock.
     */
    private static final String OF_THIS_JVM = PREFIX
            + ProcessHandle.current().pid()
            + "-"
            + ProcessHandle.current()
                    .info()
                    .startInstant()
                    .map(Instant::toEpochMilli)
                    .orElse(0L)
            + "-";

    private static @Nullable TemporaryFolder own;

    private final Path parent;
    private @Nullable Locked locked;

    /** A locked folder of this server. */
    private record Locked(Path folder, FileChannel lock) {
        boolean isThere() {
            return Files.exists(folder.resolve(LOCK), LinkOption.NOFOLLOW_LINKS);
        }
    }

    /**
     * Creates nothing yet: the folder is made for the first file.
     *
     * @param parent the place of this server's folder and of the folders of killed servers
     */
    public TemporaryFolder(Path parent) {
        this.parent = parent;
    }

    /** Returns the folder of this application, in {@code java.io.tmpdir}. */
    public static synchronized TemporaryFolder ofThisServer() {
        TemporaryFolder folder = own;
        if (folder == null) {
            folder = new TemporaryFolder(Path.of(System.getProperty("java.io.tmpdir")));
            own = folder;
        }
        return folder;
    }

    /**
     * Makes an empty file that no other user can read.
     *
     * @param prefix the beginning of its name
     * @throws IOException if the folder or the file cannot be made
     */
    public Path file(String prefix) throws IOException {
        return Files.createTempFile(folder(), prefix, "");
    }

    /**
     * Makes an empty folder that no other user can read.
     *
     * @param prefix the beginning of its name
     * @throws IOException if a folder cannot be made
     */
    public Path folder(String prefix) throws IOException {
        return Files.createTempDirectory(folder(), prefix);
    }

    /** Returns the folder. Makes it again if another program, such as a cleaner of temporary files, has deleted it. */
    private synchronized Path folder() throws IOException {
        Locked now = locked;
        if (now != null && now.isThere()) {
            return now.folder();
        }
        close();
        Locked next = lockNew();
        locked = next;
        return next.folder();
    }

    private Locked lockNew() throws IOException {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Path folder = Files.createTempDirectory(parent, OF_THIS_JVM);
            FileChannel lock = lock(folder);
            if (lock != null) {
                return new Locked(folder, lock);
            }
        }
        throw new IOException("no temporary folder in " + parent + " can be locked (" + MOST_TRIES + " tries)");
    }

    /**
     * Locks a folder.
     *
     * @return a channel that releases the lock when it is closed; null if another server has locked the folder or has just
     *     deleted it
     */
    private static @Nullable FileChannel lock(Path folder) throws IOException {
        Path file = folder.resolve(LOCK);
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
        boolean ours = false;
        try {
            FileLock lock = channel.tryLock();
            ours = lock != null && Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        } finally {
            if (!ours) {
                channel.close();
            }
        }
        return ours ? channel : null;
    }

    /** Deletes the folders of this user's killed servers. A folder that cannot be deleted is logged and remains. */
    public void sweep() {
        int seen = 0;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) {
                if (++seen > MOST_SWEPT) {
                    return;
                }
                if (!folder.getFileName().toString().startsWith(OF_THIS_JVM)) {
                    sweep(folder);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "temporary files of earlier servers in " + parent + " cannot be looked for", e);
        }
    }

    private void sweep(Path folder) {
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !isOfThisUser(folder)) {
                return;
            }
            FileChannel lock = lock(folder);
            if (lock != null) {
                try {
                    delete(folder);
                } finally {
                    lock.close();
                }
                LOG.log(Level.INFO, "deleted {0} of a killed server", folder);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the temporary folder " + folder + " of an earlier server could not be deleted", e);
        }
    }

    private boolean isOfThisUser(Path other) throws IOException {
        return Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(folder()));
    }

    /** Deletes the folder and its content. A later file makes another folder. */
    @Override
    public synchronized void close() {
        Locked now = locked;
        if (now == null) {
            return;
        }
        locked = null;
        try {
            try {
                delete(now.folder());
            } finally {
                now.lock().close();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the temporary folder " + now.folder() + " could not be deleted", e);
        }
    }

    /** Deletes a folder and its content. The lock file is the last file, so that the folder stays locked until then. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path lock = folder.resolve(LOCK);
        List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(folder)) {
            deepestFirst = tree.sorted(Comparator.reverseOrder())
                    .filter(path -> !path.equals(folder) && !path.equals(lock))
                    .toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
        Files.deleteIfExists(lock);
        Files.deleteIfExists(folder);
    }
}
