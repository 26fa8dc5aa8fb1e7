package dev.weir.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Linux tells of processes beyond the JDK, by {@code /proc}; elsewhere nothing is known of them. */
final class LinuxProcesses {
    private static final Path PROC = Path.of("/proc");
    /** Fields of {@code /proc/<pid>/stat} (proc(5)), of which the third is the first after the name. */
    private static final int STATE = 0;

    private static final int PARENT = 1;
    private static final int START_TICKS = 19;

    /**
     * One process when it was looked at.
     *
     * @param parent its parent's pid
     * @param startTicks when it started, in ticks since this boot: a pid is used again
     */
    record Entry(long pid, long parent, String startTicks, boolean isZombie) {
        /** A process may get another parent, and become a zombie, in its life. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Entry process && pid == process.pid && startTicks.equals(process.startTicks);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(pid) * 31 + startTicks.hashCode();
        }
    }

    private LinuxProcesses() {}

    /** Whether this machine has {@code /proc}. */
    static boolean areKnown() {
        return Files.isReadable(PROC.resolve("self/stat"));
    }

    /** All processes of this machine; none where they are not known. */
    static List<Entry> all() {
        List<Entry> found = new ArrayList<>();
        String[] names = PROC.toFile().list();
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
                .map(fields ->
                        new Entry(pid, Long.parseLong(fields[PARENT]), fields[START_TICKS], fields[STATE].equals("Z")));
    }

    /** True for a process that has ended and whose parent has not asked how: the JDK takes it for alive. */
    static boolean isZombie(long pid) {
        return stat(pid).filter(fields -> fields[STATE].equals("Z")).isPresent();
    }

    /** When a process started, in ticks since this boot, with the boot's id; a clock that is set does not change it. */
    static Optional<String> started(long pid) {
        return process(pid)
                .map(Entry::startTicks)
                .flatMap(ticks ->
                        text(PROC.resolve("sys/kernel/random/boot_id")).map(boot -> boot.strip() + "/" + ticks));
    }

    /** The environment of a process, {@code NAME=value} after {@code NAME=value}; empty if it cannot be read. */
    static String environment(long pid) {
        return text(PROC.resolve(pid + "/environ")).orElse("");
    }

    private static Optional<String[]> stat(long pid) {
        return text(PROC.resolve(pid + "/stat"))
                .map(stat -> stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1));
    }

    /** Empty for what is not there, has just ended, or is another user's. */
    private static Optional<String> text(Path file) {
        try {
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
