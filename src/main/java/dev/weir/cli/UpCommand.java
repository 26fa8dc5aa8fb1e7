package dev.weir.cli;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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

    private static final int MOST_PORT = 65_535;
    private static final Pattern CONTEXT = Pattern.compile("[A-Za-z0-9._~/-]*");
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
        String root = root(context);
        String listenerHost = host.replaceFirst("^\\[(.*)]$", "$1");
        // Faults of the address end the command before anything is read or started.
        address(listenerHost, port, root);
        LocalServer.Configured configured =
                LocalServer.Configured.of(terminal, files, environment.over(terminal.environment()));
        if (!force) {
            configured.requireValid();
        }
        if (!LOOPBACK.contains(listenerHost) && configured.controller().auth().isEmpty()) {
            terminal.tell("every machine that reaches " + host
                    + " may run the workflows: set controller.auth, or leave --host out");
        }
        Path jar = server.jar(war, terminal.environment());
        int listener = ServerProcess.port(listenerHost, port);
        List<String> jvm = new ArrayList<>(server.jvm());
        jvm.addAll(configured.settings());
        if (watch) {
            jvm.add("-Dweir.config.reload=true");
        }
        String folder = root.equals("/") ? "" : root;
        URI page = address(listenerHost, listener, folder + "/");
        ApiClient client =
                new ApiClient(address(listenerHost, listener, folder + configured.basePath()), Optional.empty());
        try (ServerProcess process = ServerProcess.start(
                new ServerProcess.Start(jar, war, listenerHost, listener, root, jvm, environment.given(), null))) {
            if (Readiness.await(client, process, terminal, false)) {
                terminal.tell("Weir is ready at " + page);
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

    /** The context root of a path: one slash at its beginning, none at its end. */
    static String root(String context) {
        if (!CONTEXT.matcher(context).matches()) {
            throw new CommandException(
                    ExitStatus.USAGE,
                    "--context cannot be '" + context
                            + "' (letters, digits and - . _ ~ / are possible): write a path such" + " as /weir");
        }
        return ("/" + context).replaceAll("/+", "/").replaceFirst("(?<=.)/$", "");
    }

    /**
     * The address at which this machine reaches a listener; the loopback address if it listens at all addresses.
     *
     * @param host without brackets
     * @throws CommandException {@link ExitStatus#USAGE} if no listener can have the host or the port
     */
    static URI address(String host, int port, String path) {
        if (port < 0 || port > MOST_PORT) {
            throw new CommandException(
                    ExitStatus.USAGE, "--port cannot be " + port + " (must be from 0 to " + MOST_PORT + ")");
        }
        try {
            if (host.isBlank()) {
                throw new UnknownHostException(host);
            }
            InetAddress listener = InetAddress.getByName(host);
            String name = host.contains(":") ? "[" + host + "]" : host;
            if (listener.isAnyLocalAddress()) {
                name = listener instanceof Inet6Address ? "[::1]" : "127.0.0.1";
            }
            return new URI("http", null, name, port, path, null, null);
        } catch (UnknownHostException | URISyntaxException e) {
            throw new CommandException(
                    ExitStatus.USAGE,
                    "--host cannot be '" + host + "': write an address of this machine such as 127.0.0.1 or ::1");
        }
    }
}
