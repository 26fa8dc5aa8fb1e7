package dev.weir.process;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Starts commands, and reports why a command cannot be started. */
final class Launcher {
    private static final String PATH = "PATH";

    private Launcher() {}

    /**
     * Starts {@code command}. Its input stays open and empty until the end of this JVM, so that a
     * program that ends with its input ends with the JVM.
     *
     * @param merged whether both outputs are one
     *
     * @throws WeirException {@link ErrorCode#NOT_READY}, with the command's name, if the command cannot be started
     */
    static Process start(Command command, String tag, boolean merged) {
        if (!Files.isDirectory(command.directory())) {
            String shown = command.written().isEmpty() ? "" : " " + command.written();
            throw notStarted(command, "its working_dir" + shown + " is not a folder", null);
        }
        List<String> words = new ArrayList<>(command.words());
        words.set(0, found(command));
        try {
            ProcessBuilder builder = new ProcessBuilder(words)
                    .directory(command.directory().toFile())
                    .redirectErrorStream(merged);
            builder.environment().clear();
            builder.environment().putAll(command.environment());
            builder.environment().put(ProcessTree.TAG, tag);
            return start(builder);
        } catch (IOException e) {
            throw notStarted(command, reason(e), e);
        } catch (IllegalArgumentException e) {
            // The cause's message may hold a variable's value.
            throw notStarted(command, "a word or a variable of it holds a character that none may have", null);
        }
    }

    /**
     * Starts a process. The JDK waits for its end on a thread that all processes of the JVM share. The thread must not refer
     * to the application's class loader, which it would keep in memory.
     */
    static Process start(ProcessBuilder builder) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            return builder.start();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Returns the program's path. The JDK searches the PATH of this JVM, but the command's own PATH must count. */
    private static String found(Command command) {
        String own = command.environment().get(PATH);
        String program = command.program();
        if (own == null || own.equals(System.getenv(PATH)) || program.contains("/")) {
            return program;
        }
        for (String folder : own.split(Pattern.quote(File.pathSeparator), -1)) {
            Path candidate = command.directory().resolve(folder).resolve(program);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return program;
    }

    private static WeirException notStarted(Command command, String why, @Nullable Throwable cause) {
        return new WeirException(ErrorCode.NOT_READY, "the command " + command + " cannot be started: " + why, cause);
    }

    /** Returns the reason of {@code Cannot run program "x" (in directory "y"): error=2, No such file or directory}. */
    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("error=2,")) {
            return "there is no such program; install it, or write its whole path";
        }
        int errno = message.lastIndexOf("error=");
        int comma = message.indexOf(", ", Math.max(0, errno));
        return errno < 0 || comma < 0 ? "the system refuses it" : message.substring(comma + 2);
    }
}
