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

/** Runs a class in a JVM of its own, as new as this one, within time and memory: what that JVM does ends no other. */
public final class ChildJvm {
    private static final long LOOK_MILLIS = 50;
    private static final int MOST_OUTPUT = 4_096;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private ChildJvm() {}

    /** How a JVM has ended. */
    public enum End {
        /** By itself: with a status. */
        EXITED,
        /** It was killed, since its time was over. */
        LATE,
        /** It was killed, since it took more memory than it may. */
        TOO_LARGE
    }

    /**
     * What came of a JVM.
     *
     * @param status 128 and the number of a signal for a JVM that a signal ended, as an abort; meaningless unless it exited by itself
     * @param output the beginning of both outputs
     */
    public record Outcome(End end, int status, String output) {}

    /**
     * Runs {@code main} and waits for its end. Blocks; an interrupt kills the JVM.
     *
     * @param words options of the JVM, the class and its arguments
     * @param folder of its own: where the JVM runs, and where its output is kept
     * @param mostMemory bytes of resident memory, which are only looked at where the system tells (Linux)
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
        // A debugger's or an agent's options are for this JVM alone.
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
            return 0; // Not Linux, or it has just ended.
        }
    }

    private static String beginning(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            return new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
        }
    }
}
