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
 * Records the running processes in a folder, so that the next server can end the processes of a server that was killed. A
 * record is a file with the name of the tree's tag. It has the line {@code owner PID START} for the server, then
 * {@code member PID START} for each process of the tree. Pid and start together identify a process, since pids are reused.
 * Thread-safe.
 */
final class OrphanRecords {
    private static final System.Logger LOG = System.getLogger(OrphanRecords.class.getName());
    private static final String SUFFIX = ".tree";
    /** The suffix of a record that is being written, before it replaces the previous one. */
    private static final String NEXT = ".next";

    private final Path folder;
    private final Duration grace;
    private final boolean usable;
    private final String owner = "owner " + identity(ProcessHandle.current());

    /**
     * Creates the records of a folder.
     *
     * @param folder created if it is absent; not used unless only this user can access it
     */
    OrphanRecords(Path folder, Duration grace) {
        this.folder = folder;
        this.grace = grace;
        this.usable = isOurs(folder);
        if (!usable) {
            LOG.log(Level.WARNING, "{0} is not a folder of this user alone: processes are not recorded there", folder);
        }
    }

    /** Returns the folder of this user on this machine. */
    static Path defaultFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"), "weir-processes-" + System.getProperty("user.name"));
    }

    /** True if only this user can write the folder. Records name processes to kill, so no other user may write them. */
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

    /** Returns an empty record of a tree. */
    TreeRecord begin(String tag) {
        return new TreeRecord(tag);
    }

    /** The record of one tree. After {@link #delete} a late write must not bring the record back. Thread-safe. */
    final class TreeRecord {
        private final String tag;
        private final Path file;
        private final Path next;
        // Guarded by this:
        private List<String> told = List.of();
        private boolean deleted;

        private TreeRecord(String tag) {
            this.tag = tag;
            this.file = folder.resolve(tag + SUFFIX);
            this.next = folder.resolve(tag + NEXT);
        }

        /** Returns the tag of the tree. */
        String tag() {
            return tag;
        }

        /** Records the current processes of {@code tree} in place of the previous ones. */
        synchronized void tell(ProcessTree tree) {
            if (usable && !deleted) {
                tell(tree.refresh());
            }
        }

        /** Records processes in place of the previous ones. */
        synchronized void tell(List<ProcessHandle> members) {
            if (!usable || deleted) {
                return;
            }
            List<String> lines = new ArrayList<>();
            lines.add(owner);
            members.forEach(member -> lines.add("member " + identity(member)));
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

        /** Deletes the record, since all processes of the tree have ended. */
        synchronized void delete() {
            deleted = true;
            OrphanRecords.delete(file);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Ends the processes of servers that no longer run, and logs it. Blocks until that is done. */
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

    /** Ends the processes of one record. An unreadable record must not stop the others. */
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
        List<Long> left = tree.refresh().stream().map(ProcessHandle::pid).toList();
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

    /** Returns the process of a record's line if it still runs. */
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
