package dev.weir.cli;

import dev.weir.cli.Finding.Severity;
import dev.weir.config.ControllerConfig;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A server of one {@code run}: on a free port of the loopback interface, silent unless it fails, ended with the command. */
final class LocalServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int SHOWN_LINES = 50;
    private static final int SHOWN_BYTES = 64 << 10;

    private final Terminal terminal;
    private final ServerProcess process;
    private final Path log;
    private final URI api;

    private LocalServer(Terminal terminal, ServerProcess process, Path log, URI api) {
        this.terminal = terminal;
        this.process = process;
        this.log = log;
        this.api = api;
    }

    /** Starts a server and waits until it serves runs. */
    static LocalServer start(
            Terminal terminal, Path war, ServerOptions options, List<Path> files, EnvironmentOption environment)
            throws IOException, InterruptedException {
        Configured configured = Configured.of(terminal, files, environment.over(terminal.environment()));
        configured.requireValid();
        Path jar = options.jar(war, terminal.environment());
        int port = ServerProcess.port(HOST, 0);
        Path log = Files.createTempFile("weir", ".log");
        // Its only run ends with the command: nothing is left to drain. A later option of the user has precedence.
        List<String> jvm = new ArrayList<>(List.of("-Dweir.shutdown.drain=0s"));
        jvm.addAll(options.jvm());
        jvm.addAll(configured.settings());
        try {
            URI api = UpCommand.address(HOST, port, configured.basePath());
            LocalServer server = new LocalServer(
                    terminal,
                    ServerProcess.start(
                            new ServerProcess.Start(jar, war, HOST, port, "/", jvm, environment.given(), log)),
                    log,
                    api);
            server.awaitReady();
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            Files.deleteIfExists(log);
            throw e;
        }
    }

    /** Waits until the server serves runs. Ends it if it does not. */
    private void awaitReady() throws IOException, InterruptedException {
        boolean ready = false;
        try {
            ready = Readiness.await(new ApiClient(api, Optional.empty()), process, terminal, true);
        } finally {
            if (!ready) {
                process.close();
            }
        }
        if (!ready) {
            throw new CommandException(
                    ExitStatus.UNREACHABLE, "the server ended before it was ready; its last lines:\n" + lastLines(log));
        }
    }

    /** The last lines of a log that can be of any length and in any encoding. */
    static String lastLines(Path log) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(log);
                InputStream in = Channels.newInputStream(channel.position(Math.max(0, channel.size() - SHOWN_BYTES)))) {
            List<String> lines = new String(in.readNBytes(SHOWN_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.stream().skip(Math.max(0, lines.size() - SHOWN_LINES)).collect(Collectors.joining("\n"));
        }
    }

    /** A client of this server. */
    ApiClient client(Optional<String> key) {
        return new ApiClient(api, key);
    }

    @Override
    public void close() throws IOException {
        process.close();
        Files.deleteIfExists(log);
    }

    /**
     * Files of a configuration that a server gets.
     *
     * @param settings the options of the server's JVM that name the files
     * @param controller as far as it could be read
     */
    record Configured(
            Terminal terminal, Finding.Findings findings, List<String> settings, ControllerConfig controller) {
        Configured {
            settings = List.copyOf(settings);
        }

        /** Reads the files, and reports their problems. Without files the server has the packaged configuration. */
        static Configured of(Terminal terminal, List<Path> files, Map<String, String> environment) {
            if (files.isEmpty()) {
                return new Configured(
                        terminal, new Finding.Findings(List.of(), 0), List.of(), ControllerConfig.DEFAULT);
            }
            LoadResult result = ConfigReader.read(files, environment);
            Finding.Findings findings = Finding.of(result);
            findings.all().forEach(finding -> terminal.err().print(finding.text(terminal)));
            ControllerConfig controller = result instanceof LoadResult.Loaded loaded
                    ? loaded.config().controller()
                    : ((LoadResult.Rejected) result).controller().orElse(ControllerConfig.DEFAULT);
            String names = files.stream()
                    .map(file -> file.toAbsolutePath().normalize().toString())
                    .collect(Collectors.joining(","));
            return new Configured(terminal, findings, List.of("-Dweir.config=" + names), controller);
        }

        /** Ends the command if the configuration has errors. */
        void requireValid() {
            if (findings.has(Severity.ERROR)) {
                throw new CommandException(ExitStatus.FAILED, "the configuration has errors: nothing is started");
            }
        }

        /** The path of the API. */
        String basePath() {
            return controller.basePath();
        }
    }
}
