package dev.weir.it.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Open Liberty with the {@code server.xml} of {@code deployments}, which deploys what is copied into a folder. */
final class OpenLiberty extends ApplicationServer {
    private static final Pattern DEPLOYED = Pattern.compile("CWWKZ000[13]I");
    private static final Pattern FAILED = Pattern.compile("CWWKZ000[24]E");
    private static final Pattern REMOVED = Pattern.compile("CWWKZ0009I");

    private long before;

    OpenLiberty(Path home, Path folder) {
        super(home, folder, "/");
    }

    private Path server() {
        return folder.resolve("servers/weir");
    }

    private Path war() {
        return server().resolve("apps/weir.war");
    }

    @Override
    void prepare() throws IOException {
        Files.createDirectories(server().resolve("apps"));
        Path documented = Path.of("deployments/open-liberty/server.xml").toAbsolutePath();
        Files.writeString(
                server().resolve("server.xml"),
                """
                <server>
                  <include location="%s"/>
                  <httpEndpoint id="defaultHttpEndpoint" host="%s" httpPort="%d" httpsPort="-1"/>
                  <applicationMonitor updateTrigger="polled" pollingRate="250ms"/>
                </server>
                """
                        .formatted(documented, host(), port));
    }

    @Override
    List<String> command(List<String> options) throws IOException {
        Files.write(server().resolve("jvm.options"), options);
        return List.of("sh", home.resolve("bin/server").toString(), "run", "weir");
    }

    @Override
    Map<String, String> environment() {
        return Map.of("WLP_USER_DIR", folder.toString());
    }

    @Override
    public void startWith(Path war) throws Exception {
        emptyFolder();
        prepare();
        copyAtOnce(war, war());
        launch();
    }

    @Override
    boolean isUp() throws IOException {
        return printed(0).contains("CWWKF0011I");
    }

    @Override
    void place(Path war) throws IOException {
        before = printed();
        copyAtOnce(war, war());
    }

    @Override
    boolean isDeployed() throws IOException {
        String printed = printed(before);
        if (FAILED.matcher(printed).find()) {
            throw new AssertionError("Open Liberty could not deploy, see " + output());
        }
        return DEPLOYED.matcher(printed).find();
    }

    @Override
    void remove() throws IOException {
        before = printed();
        Files.delete(war());
    }

    @Override
    boolean isRemoved() throws IOException {
        return REMOVED.matcher(printed(before)).find();
    }
}
