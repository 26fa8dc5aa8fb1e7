package dev.weir.it.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Open Liberty with the {@code server.xml} of {@code deployments}. It deploys the applications of its configuration. */
final class OpenLiberty extends ApplicationServer {
    private static final Pattern APPLICATION = Pattern.compile("<webApplication [^>]*/>");
    private static final Pattern DEPLOYED = Pattern.compile("CWWKZ000[13]I");
    private static final Pattern FAILED = Pattern.compile("CWWKZ000[24]E");
    private static final Pattern REMOVED = Pattern.compile("CWWKZ0009I");

    private long before;

    OpenLiberty(Path home, Path folder) {
        super(home, folder, "");
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
        String documented = Files.readString(Path.of("deployments/open-liberty/server.xml"));
        Files.writeString(
                server().resolve("documented.xml"),
                APPLICATION.matcher(documented).replaceAll(""));
        configure("");
    }

    /** The configuration adds and removes applications: the file of an ending application must stay. */
    private void configure(String application) throws IOException {
        Path beside = server().resolve("server.xml.part");
        Files.writeString(beside, """
                <server>
                  <include location="documented.xml"/>
                  <httpEndpoint id="defaultHttpEndpoint" host="%s" httpPort="%d" httpsPort="-1"/>
                  <config updateTrigger="polled" monitorInterval="250ms"/>
                  <basicRegistry id="basic" realm="tests">
                    %s
                  </basicRegistry>
                  %s
                </server>
                """.formatted(host(), port, registry(), application));
        Files.move(beside, server().resolve("server.xml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String registry() {
        return USERS.stream()
                .map(user -> user.split(" ", 2))
                .map(words -> "<user name=\"%s\" password=\"%s\"/><group name=\"%s\"><member name=\"%s\"/></group>"
                        .formatted(words[0], PASSWORD, words[1], words[0]))
                .collect(Collectors.joining());
    }

    private static String application() throws IOException {
        Matcher application = APPLICATION.matcher(Files.readString(Path.of("deployments/open-liberty/server.xml")));
        if (!application.find()) {
            throw new AssertionError("the documented server.xml has no application");
        }
        return application.group();
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
    boolean isUp() throws IOException {
        return printed(0).contains("CWWKF0011I");
    }

    @Override
    void place(Path war) throws IOException {
        before = printed();
        Files.copy(war, war(), StandardCopyOption.REPLACE_EXISTING);
        configure(application());
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
        configure("");
    }

    @Override
    boolean isRemoved() throws IOException {
        return REMOVED.matcher(printed(before)).find();
    }
}
