package dev.weir.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a class in a child JVM of the same version, bounded in time and memory. A crash of the child does not affect this JVM.
 */
public final class ChildJvm {
    private static final long LOOK_MILLIS = 50;
    private static final int MOST_OUTPUT = 4_096;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private ChildJvm() {}

    /** The kind of a child JVM's end. */
    public enum End {
        /** The JVM has exited with a status. */
        EXITED,
        /** The JVM was killed, since it exceeded its time limit. */
        LATE,
        /** The JVM was killed, since it exceeded its memory limit. */
        TOO_LARGE
    }

    /**
     * The result of a child JVM.
     *
     * @param status the exit status; 128 plus the signal's number after a signal such as an abort; -1 if the JVM was
     *     killed by a limit
     * @param output the beginning of both outputs together
     */
    public record Outcome(End end, int status, String output) {}

    /**
     * Runs a child JVM and waits for its end. Blocks; an interrupt kills the JVM.
     *
     * @param words options of the JVM, the class and its arguments
     * @param folder a folder for this JVM alone: its working directory, which also receives its output
     * @param limit the longest run time
     * @param mostMemory the limit of resident memory in bytes, checked only on Linux
     * @throws IOException if no JVM can be started
     */
    public static Outcome run(List<String> words, Path folder, Duration limit, long mostMemory)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // The options of a debugger or an agent belong to this JVM alone.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.redirectInput(Redirect.PIPE);
        Process process = Launcher.start(builder);
        try {
            End end = await(process, limit, mostMemory);
            return new Outcome(end, end == End.EXITED ? process.exitValue() : -1, beginning(output));
        } finally {
            process.destroyForcibly();
        }
    }

    private static End await(Process process, Duration limit, long mostMemory) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - deadline > 0) {
                return End.LATE;
            }
            if (resident(process.pid()) > mostMemory) {
                return End.TOO_LARGE;
            }
        }
        return End.EXITED;
    }

    private static long resident(long pid) {
        try {
            Matcher matcher = RESIDENT.matcher(Files.readString(Path.of("/proc", String.valueOf(pid), "status")));
            return matcher.find() ? 1024 * Long.parseLong(matcher.group(1)) : 0;
        } catch (IOException e) {
            return 0; // Not Linux, or the process has just ended.
        }
    }

    private static String beginning(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            return new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
        }
    }
}
