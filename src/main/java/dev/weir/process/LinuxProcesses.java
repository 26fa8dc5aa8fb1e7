package dev.weir.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Linux tells of processes beyond the JDK, by {@code /proc}; elsewhere nothing is known of them. */
final class LinuxProcesses {
    private static final Path PROC = Path.of("/proc");
    private static final int STATE = 0;
    /** Field 22 of {@code /proc/<pid>/stat} (proc(5)); the third is the first after the name. */
    private static final int START_TICKS = 19;

    private LinuxProcesses() {}

    /** True for a process that has ended and whose parent has not asked how: the JDK takes it for alive. */
    static boolean isZombie(long pid) {
        return stat(pid, STATE).filter("Z"::equals).isPresent();
    }

    /** When a process started, in ticks since this boot, with the boot's id; a clock that is set does not change it. */
    static Optional<String> started(long pid) {
        return stat(pid, START_TICKS)
                .flatMap(ticks ->
                        text(PROC.resolve("sys/kernel/random/boot_id")).map(boot -> boot.strip() + "/" + ticks));
    }

    /** The processes of this user in whose environment {@code variable} stands, such as {@code NAME=value}. */
    static List<ProcessHandle> with(String variable) {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path folder : folders) {
                if (text(folder.resolve("environ"))
                        .filter(environment -> environment.contains(variable))
                        .isPresent()) {
                    ProcessHandle.of(Long.parseLong(folder.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return found;
        }
        return found;
    }

    private static Optional<String> stat(long pid, int field) {
        return text(PROC.resolve(pid + "/stat"))
                .map(stat -> stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1))
                .filter(fields -> fields.length > field)
                .map(fields -> fields[field]);
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
