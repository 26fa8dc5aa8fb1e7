package dev.weir.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves a configuration on Payara Micro until this process ends. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Serves a configuration with Payara Micro, in the foreground.",
            "Ctrl-C and SIGTERM end it after its streams."
        },
        footer = {
            "",
            "Settings are system properties (--jvm=-Dweir.sse.heartbeat=10s) or environment variables.",
            "Exit status: 0 ended, 1 errors in the configuration, 3 the server cannot be started or failed."
        })
final class UpCommand implements Callable<Integer> {
    /** The exit statuses of a server that SIGINT or SIGTERM has ended. */
    private static final Set<Integer> INTERRUPTED = Set.of(130, 143);

    private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "::1");

    private final Terminal terminal;
    private final Path war;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "Configuration files (default: the demonstration).")
    private List<Path> files = List.of();

    @Option(names = "--port", description = "The port; 0 takes a free one (default: 8080).")
    private int port = 8080;

    @Option(names = "--host", description = "The address of the listener (default: 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(names = "--context", paramLabel = "PATH", description = "The context root (default: /).")
    private String context = "/";

    @Option(names = "--watch", description = "Serve a saved configuration at once.")
    private boolean watch;

    @Option(names = "--force", description = "Start although the configuration has errors; the server reports them.")
    private boolean force;

    @Mixin
    private EnvironmentOption environment = new EnvironmentOption();

    @Mixin
    private ServerOptions server = new ServerOptions();

    UpCommand(Terminal terminal, Path war) {
        this.terminal = terminal;
        this.war = war;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LocalServer.Configured configured =
                LocalServer.Configured.of(terminal, files, environment.over(terminal.environment()));
        if (!force) {
            configured.requireValid();
        }
        if (!LOOPBACK.contains(host) && configured.controller().auth().isEmpty()) {
            terminal.tell("every machine that reaches " + host
                    + " may run the workflows: set controller.auth, or leave --host out");
        }
        Path jar = server.jar(war, terminal.environment());
        int listener = ServerProcess.port(host, port);
        String root = ("/" + context).replaceAll("/+", "/").replaceFirst("(?<=.)/$", "");
        List<String> jvm = new ArrayList<>(server.jvm());
        jvm.addAll(configured.settings());
        if (watch) {
            jvm.add("-Dweir.config.reload=true");
        }
        String address = "http://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + listener
                + (root.equals("/") ? "" : root);
        try (ServerProcess process = ServerProcess.start(
                new ServerProcess.Start(jar, war, host, listener, root, jvm, environment.given(), null))) {
            ApiClient client = new ApiClient(URI.create(address + configured.basePath()), Optional.empty());
            if (Readiness.await(client, process, terminal, false)) {
                terminal.tell("Weir is ready at " + address + "/");
            }
            int status = process.awaitEnd();
            if (INTERRUPTED.contains(status)) {
                return status;
            }
            if (status != 0) {
                throw new CommandException(ExitStatus.UNREACHABLE, "the server ended with exit status " + status);
            }
            return ExitStatus.DONE;
        }
    }
}
