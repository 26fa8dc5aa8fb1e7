package dev.weir.it;

import dev.weir.FreePort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A Payara Micro with the WAR, which a test starts and ends itself, as an operator does. */
final class MicroServer {
    private final Process process;
    private final WeirClient client;

    private MicroServer(Process process, WeirClient client) {
        this.process = process;
        this.client = client;
    }

    /** Starts one on a free port and waits for the API. {@code options} are the JVM's. */
    static MicroServer start(Path log, String... options) throws IOException, InterruptedException {
        int port = FreePort.find();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", System.getProperty("payara.micro.jar"), "--nocluster"));
        command.addAll(List.of("--port", String.valueOf(port), "--contextroot", "/"));
        command.addAll(List.of("--deploy", System.getProperty("weir.war")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        WeirClient client =
                new WeirClient(URI.create("http://localhost:" + port + "/").toURL());
        MicroServer server = new MicroServer(process, client);
        try {
            server.awaitApi();
            return server;
        } catch (Throwable e) {
            server.end();
            throw e;
        }
    }

    private void awaitApi() throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofMinutes(3));
        while (!answers()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("the server does not answer");
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    private boolean answers() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new AssertionError("the server ended with status " + process.exitValue());
        }
        try {
            return client.get("api/health").statusCode() != 404;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** A client of it. */
    WeirClient client() {
        return client;
    }

    /** SIGTERM, where the system has it. */
    void terminate() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it ends within that time. */
    boolean awaitEnd(long time, TimeUnit unit) throws InterruptedException {
        return process.waitFor(time, unit);
    }

    /** Ends it, one way or another. */
    void end() throws InterruptedException {
        terminate();
        if (!awaitEnd(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
