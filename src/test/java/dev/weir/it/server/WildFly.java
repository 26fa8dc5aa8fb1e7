package dev.weir.it.server;

import dev.weir.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * WildFly with its plain {@code standalone.xml}. It deploys files that are copied into a folder, and reports the result by
 * marker files there.
 */
final class WildFly extends ApplicationServer {
    private static final String STARTED = "WFLYSRV0025";
    private static final String STARTED_WITH_ERRORS = "WFLYSRV0026";

    WildFly(Path home, Path folder) {
        super(home, folder, "");
    }

    private Path serverBase() {
        return folder.resolve("standalone");
    }

    private Path deployment(String marker) {
        return serverBase().resolve("deployments").resolve("weir.war" + marker);
    }

    @Override
    void prepare() throws IOException {
        copyTree(home.resolve("standalone"), serverBase());
        Path configuration = serverBase().resolve("configuration/standalone.xml");
        // By default WildFly checks the folder every five seconds.
        Files.writeString(
                configuration,
                replaced(Files.readString(configuration), "scan-interval=\"5000\"", "scan-interval=\"250\""));
        for (String user : USERS) {
            String[] words = user.split(" ", 2);
            append("application-users.properties", words[0] + "=" + digest(words[0]));
            append("application-roles.properties", words[0] + "=" + words[1]);
        }
    }

    private void append(String file, String line) throws IOException {
        Files.writeString(serverBase().resolve("configuration").resolve(file), line + "\n", StandardOpenOption.APPEND);
    }

    /** The digest in the form of {@code add-user.sh}. */
    private static String digest(String user) {
        try {
            byte[] text = (user + ":ApplicationRealm:" + PASSWORD).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    List<String> command(List<String> options) {
        List<String> command =
                new ArrayList<>(List.of("sh", home.resolve("bin/standalone.sh").toString()));
        command.addAll(options);
        command.addAll(List.of(
                "-Djboss.server.base.dir=" + serverBase(),
                "-Djboss.http.port=" + port,
                "-Djboss.https.port=" + FreePort.find(),
                "-Djboss.management.http.port=" + FreePort.find()));
        return command;
    }

    /** The build's heap replaces the default heap of {@code standalone.conf}. */
    @Override
    Map<String, String> environment() {
        return Map.of("JBOSS_JAVA_SIZING", "-Xms64m -Xmx512m " + jvmOptions());
    }

    @Override
    boolean isUp() throws IOException {
        String printed = printed(0);
        if (printed.contains(STARTED_WITH_ERRORS)) {
            throw new AssertionError("WildFly started with errors, see " + output());
        }
        return printed.contains(STARTED);
    }

    @Override
    void place(Path war) throws IOException {
        copyAtOnce(war, deployment(""));
    }

    @Override
    boolean isDeployed() throws IOException {
        if (Files.exists(deployment(".failed"))) {
            throw new AssertionError(Files.readString(deployment(".failed")) + ", see " + output());
        }
        return Files.exists(deployment(".deployed"));
    }

    @Override
    void remove() throws IOException {
        Files.deleteIfExists(deployment(".deployed"));
    }

    @Override
    boolean isRemoved() throws IOException {
        boolean removed = Files.exists(deployment(".undeployed"));
        if (removed) {
            // The order matters: WildFly would deploy a WAR without a marker.
            Files.deleteIfExists(deployment(""));
            Files.delete(deployment(".undeployed"));
        }
        return removed;
    }
}
