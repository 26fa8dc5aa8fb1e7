package dev.weir.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Payara Micro with the WAR, as a child of this process. It ends with this process: by SIGTERM if this process ends by a signal, so
 * that its streams can end, and on Unix also after a SIGKILL. Used by one thread.
 */
final class ServerProcess implements AutoCloseable {
    /** The server has this time to end its streams. */
    private static final long END_MINUTES = 5;

    private static final Path SHELL = Path.of("/bin/sh");
    /** A line means that the server has ended. The end of the pipe without a line means that this process was killed. */
    private static final String WATCH = "trap '' HUP INT TERM; read -r word && exit 0; kill -TERM \"$1\"";

    private static final String LISTENER =
            "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=";
    /** As deployments/payara-micro/preboot.txt. */
    private static final String BUFFER =
            "set configs.config.server-config.network-config.transports.transport.tcp.socket-write-buffer-size=65536";

    private final Process process;
    private final Path commands;
    private final @Nullable Process watch;
    private final Thread hook;

    /**
     * A server to start.
     *
     * @param host the address of its listener
     * @param port from 1
     * @param contextRoot begins with a slash
     * @param environment further variables of its process
     * @param log receives its output; null for the outputs of this process
     */
    record Start(
            Path jar,
            Path war,
            String host,
            int port,
            String contextRoot,
            List<String> jvm,
            Map<String, String> environment,
            @Nullable Path log) {
        Start {
            jvm = List.copyOf(jvm);
            environment = Map.copyOf(environment);
        }
    }

    private ServerProcess(Process process, Path commands, @Nullable Process watch) {
        this.process = process;
        this.commands = commands;
        this.watch = watch;
        this.hook = new Thread(this::end, "weir-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts a server. Returns before it is ready. */
    static ServerProcess start(Start start) throws IOException {
        Path commands = Files.createTempFile("weir", ".txt");
        try {
            Files.writeString(commands, BUFFER + "\n" + LISTENER + start.host() + "\n");
            List<String> words = new ArrayList<>();
            words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            words.addAll(start.jvm());
            words.addAll(
                    List.of("-XX:+ExitOnOutOfMemoryError", "-jar", start.jar().toString()));
            words.addAll(List.of("--nocluster", "--disablephonehome", "--port", String.valueOf(start.port())));
            words.addAll(List.of("--prebootcommandfile", commands.toString()));
            words.addAll(List.of("--contextroot", start.contextRoot()));
            words.addAll(List.of("--deploy", start.war().toAbsolutePath().toString()));
            ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
            builder.redirectOutput(
                    start.log() == null
                            ? Redirect.INHERIT
                            : Redirect.to(start.log().toFile()));
            builder.environment().remove("ENGINE_CACHE_DIR");
            builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "1");
            builder.environment().putAll(start.environment());
            return watched(builder.start(), commands);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(commands);
            throw e;
        }
    }

    /** Owns the child; ends it if this process cannot see to its end. */
    private static ServerProcess watched(Process process, Path commands) throws IOException {
        try {
            process.getOutputStream().close();
            return new ServerProcess(process, commands, watch(process));
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static @Nullable Process watch(Process process) throws IOException {
        return Files.isExecutable(SHELL)
                ? new ProcessBuilder(SHELL.toString(), "-c", WATCH, "weir", String.valueOf(process.pid()))
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start()
                : null;
    }

    /**
     * Returns a port of this machine.
     *
     * @param wanted 0 for one that is free
     * @throws CommandException {@link ExitStatus#UNREACHABLE} if another program has it
     */
    static int port(String host, int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), wanted));
            return socket.getLocalPort();
        } catch (BindException e) {
            throw new CommandException(
                    ExitStatus.UNREACHABLE,
                    "port " + wanted + " of " + host + " cannot be used: " + e.getMessage()
                            + "; --port 0 takes a free one");
        }
    }

    /** Waits for the end of the server, at most this time. True if it has ended. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Waits for the end of the server, and returns its exit status. */
    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    /** Ends the server, and waits for its end. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook ends the server, too.
            return;
        }
    }

    private synchronized void end() {
        process.destroy();
        try {
            if (!process.waitFor(END_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
            stopWatching();
            Files.deleteIfExists(commands);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // A temporary file stays.
            commands.toFile().deleteOnExit();
        }
    }

    private void stopWatching() {
        if (watch != null) {
            try (OutputStream in = watch.getOutputStream()) {
                in.write("ended\n".getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The shell has ended: there is nothing to stop.
                watch.destroy();
            }
        }
    }
}
