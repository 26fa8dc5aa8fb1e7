package dev.weir.process;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Remembers in a folder which processes run, so that a server that was killed is cleaned up after by the next one. A record
 * is a file named by the tree's tag: {@code owner PID START}, the process of the server, then {@code member PID START} for
 * each of the tree. A process is known by its pid and its start together, since pids are used again. Thread-safe.
 */
final class Leftovers {
    private static final System.Logger LOG = System.getLogger(Leftovers.class.getName());
    private static final String SUFFIX = ".tree";
    /** What a record is written as before it takes the place of the one before. */
    private static final String NEXT = ".next";

    private final Path folder;
    private final Duration grace;
    private final boolean usable;

    /** @param folder of this user alone; made if it is absent, not used if it is another's */
    Leftovers(Path folder, Duration grace) {
        this.folder = folder;
        this.grace = grace;
        this.usable = isOurs(folder);
        if (!usable) {
            LOG.log(Level.WARNING, "{0} is not a folder of this user alone: processes are not recorded there", folder);
        }
    }

    /** The folder of this user on this machine. */
    static Path defaultFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"), "weir-processes-" + System.getProperty("user.name"));
    }

    /** A record tells which processes to kill: one that somebody else could write would kill what he likes. */
    private static boolean isOurs(Path folder) {
        try {
            boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                if (posix) {
                    Files.createDirectory(
                            folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else {
                    Files.createDirectory(folder);
                }
            }
            Path own = Files.createTempFile(folder, "owner", null);
            boolean ours = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own))
                    && (!posix
                            || PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))
                                    .endsWith("------"));
            Files.delete(own);
            return ours;
        } catch (IOException e) {
            return false;
        }
    }

    /** A record of a tree of which nothing is told yet. */
    TreeRecord begin(String tag) {
        return new TreeRecord(tag);
    }

    /**
     * What is told of one tree, until it is deleted, for good: who looked at the tree before it ended and writes late must not
     * bring back the record of what has gone. Thread-safe.
     */
    final class TreeRecord {
        private final Path file;
        private final Path next;
        // Guarded by this:
        private List<String> told = List.of();
        private boolean deleted;

        private TreeRecord(String tag) {
            this.file = folder.resolve(tag + SUFFIX);
            this.next = folder.resolve(tag + NEXT);
        }

        /** Tells of {@code tree} as it is now, instead of what was told of it. */
        synchronized void tell(ProcessTree tree) {
            if (!usable || deleted) {
                return;
            }
            List<String> lines = new ArrayList<>();
            lines.add("owner " + identity(ProcessHandle.current()));
            tree.look().forEach(member -> lines.add("member " + identity(member)));
            if (lines.equals(told)) {
                return;
            }
            try {
                replace(lines);
                told = lines;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "processes could not be recorded in {0}: {1}", folder, e.getMessage());
            }
        }

        private void replace(List<String> lines) throws IOException {
            try {
                move(Files.write(next, lines), file);
            } finally {
                Files.deleteIfExists(next);
            }
        }

        /** Nothing of the tree lives any more. */
        synchronized void delete() {
            deleted = true;
            Leftovers.delete(file);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Ends what servers that are gone have left, and tells of it. Blocks until that is done. */
    void end() {
        if (!usable) {
            return;
        }
        try (DirectoryStream<Path> records = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path each : records) {
                endQuietly(each);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(Level.WARNING, "the records in {0} could not be read: {1}", folder, e.getMessage());
        }
    }

    /** One record that cannot be read keeps no other from being followed. */
    private void endQuietly(Path file) {
        try {
            end(file);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the record {0} could not be followed: {1}", file, e.toString());
        }
    }

    private void end(Path file) throws IOException {
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        if (lines.isEmpty() || living(lines.get(0)).isPresent()) {
            return;
        }
        List<ProcessHandle> members = new ArrayList<>();
        lines.stream().skip(1).forEach(line -> living(line).ifPresent(members::add));
        String name = file.getFileName().toString();
        ProcessTree tree = new ProcessTree(members, name.substring(0, name.length() - SUFFIX.length()));
        List<Long> left = tree.look().stream().map(ProcessHandle::pid).toList();
        if (!left.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "processes {0} of a server that was killed still run: they are ended",
                    left.toString());
            tree.end(grace);
        }
        delete(file);
    }

    private static String identity(ProcessHandle process) {
        return process.pid() + " " + started(process);
    }

    private static String started(ProcessHandle process) {
        return LinuxProcesses.started(process.pid())
                .orElseGet(() -> process.info()
                        .startInstant()
                        .map(start -> String.valueOf(start.toEpochMilli()))
                        .orElse("unknown"));
    }

    /** The process of a record's line, if it is still that one. */
    private static Optional<ProcessHandle> living(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[1].matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(words[1]))
                .filter(process -> started(process).equals(words[2]));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} could not be deleted: {1}", file, e.getMessage());
        }
    }
}
