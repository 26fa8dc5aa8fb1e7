package dev.weir.process;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads data of processes from {@code /proc} that the JDK does not give. On other systems nothing is known. */
final class LinuxProcesses {
    private static final String PROC = "/proc/";
    private static final Optional<String> BOOT =
            text("sys/kernel/random/boot_id").map(String::strip);
    /** Fields of {@code /proc/<pid>/stat} (proc(5)), counted from the one after the name. */
    private static final int STATE = 0;

    private static final int PARENT = 1;
    private static final int START_TICKS = 19;

    /**
     * One process at the time of the reading.
     *
     * @param parent the parent's pid
     * @param startTicks the start in ticks since the boot; it distinguishes processes that get the same pid
     */
    record Entry(long pid, long parent, long startTicks, boolean isZombie) {
        /** Compares pid and start only: the parent may change, and the process may become a zombie. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Entry process && pid == process.pid && startTicks == process.startTicks;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(pid) * 31 + Long.hashCode(startTicks);
        }
    }

    private LinuxProcesses() {}

    /** True if this machine has {@code /proc}. */
    static boolean areKnown() {
        return Files.isReadable(Path.of(PROC, "self/stat"));
    }

    /** Returns all processes of this machine; none without {@code /proc}. */
    static List<Entry> all() {
        List<Entry> found = new ArrayList<>();
        String[] names = new File(PROC).list();
        if (names == null) {
            return found;
        }
        for (String name : names) {
            if (Character.isDigit(name.charAt(0))) {
                process(Long.parseLong(name)).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Entry> process(long pid) {
        return stat(pid)
                .filter(fields -> fields.length > START_TICKS)
                .map(fields -> new Entry(
                        pid,
                        Long.parseLong(fields[PARENT]),
                        Long.parseLong(fields[START_TICKS]),
                        fields[STATE].equals("Z")));
    }

    /** True for an ended process that its parent has not reaped. The JDK reports it as alive. */
    static boolean isZombie(long pid) {
        return stat(pid).filter(fields -> fields[STATE].equals("Z")).isPresent();
    }

    /** Returns the boot's id and the start in ticks since the boot. A change of the clock does not affect it. */
    static Optional<String> started(long pid) {
        return BOOT.flatMap(boot -> process(pid).map(process -> boot + "/" + process.startTicks()));
    }

    /** Returns the start of a process in ticks since the boot; empty if it is not known. */
    static OptionalLong startTicks(long pid) {
        return process(pid).stream().mapToLong(Entry::startTicks).findFirst();
    }

    /** Returns the environment of a process, as {@code NAME=value} entries; empty if it cannot be read. */
    static String environment(long pid) {
        return text(pid + "/environ").orElse("");
    }

    private static Optional<String[]> stat(long pid) {
        return text(pid + "/stat")
                .map(stat -> stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1));
    }

    /** Returns the file's content; empty if the process does not exist or belongs to another user. */
    private static Optional<String> text(String file) {
        try (InputStream content = new FileInputStream(PROC + file)) {
            return Optional.of(new String(content.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
