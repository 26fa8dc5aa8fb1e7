package dev.weir.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The server that a command starts: its jar, and the options of its JVM. */
final class ServerOptions {
    @Option(
            names = "--server",
            paramLabel = "JAR",
            description =
                    "The jar of Payara Micro (default: WEIR_SERVER, else beside the WAR, else the Maven repository).")
    private @Nullable Path server;

    @Option(
            names = "--any-server",
            description = "Start the jar even if it is not the one that this build was tested with.")
    private boolean anyServer;

    @Option(
            names = "--jvm",
            paramLabel = "OPTION",
            description = "An option of the server's JVM, such as --jvm=-Xmx2g.")
    private List<String> jvm = List.of();

    /** The options of the server's JVM. */
    List<String> jvm() {
        return List.copyOf(jvm);
    }

    /**
     * Returns the jar of the server, after its hash was compared. Reads the whole file.
     *
     * @param war the server may stand beside it
     * @throws CommandException {@link ExitStatus#UNREACHABLE} if there is none, or if it has another hash
     */
    Path jar(Path war, Map<String, String> environment) throws IOException {
        ServerBuild build = ServerBuild.read();
        Path jar = find(war, environment, build);
        String hash = anyServer ? build.sha256() : sha256(jar);
        if (!hash.equals(build.sha256())) {
            throw new CommandException(
                    ExitStatus.UNREACHABLE,
                    jar + " is not Payara Micro " + build.version() + " (SHA-256 must be " + build.sha256() + ", is "
                            + hash + "): pass --any-server to start it all the same");
        }
        return jar;
    }

    private Path find(Path war, Map<String, String> environment, ServerBuild build) {
        Optional<Path> named = Optional.ofNullable(server)
                .or(() -> Optional.ofNullable(environment.get("WEIR_SERVER")).map(Path::of));
        List<Path> places = named.map(List::of).orElseGet(() -> places(war, environment, build));
        return places.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new CommandException(
                        ExitStatus.UNREACHABLE,
                        "server Payara Micro " + build.version() + " was not found (looked for "
                                + String.join(
                                        ", ",
                                        places.stream().map(Path::toString).toList())
                                + "): name its jar with --server or WEIR_SERVER, or load it with mvn dependency:get"
                                + " -Dartifact=fish.payara.extras:payara-micro:" + build.version()));
    }

    private static List<Path> places(Path war, Map<String, String> environment, ServerBuild build) {
        Path folder = war.toAbsolutePath().resolveSibling("");
        Path repository = Optional.ofNullable(environment.get("WEIR_REPOSITORY"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".m2", "repository"));
        List<Path> places = new ArrayList<>();
        places.add(folder.resolve("payara-micro.jar"));
        places.add(folder.resolve("servers").resolve("payara-micro.jar"));
        places.add(repository
                .resolve(Path.of("fish", "payara", "extras", "payara-micro", build.version()))
                .resolve("payara-micro-" + build.version() + ".jar"));
        return places;
    }

    private static String sha256(Path jar) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(jar), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
