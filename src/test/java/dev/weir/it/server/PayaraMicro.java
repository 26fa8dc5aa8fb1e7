package dev.weir.it.server;

import dev.weir.FreePort;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;

/** Payara Micro, started from its jar with {@link MicroConsole}, since a running Payara Micro has no deployment interface. */
final class PayaraMicro extends ApplicationServer {
    /** A file of commands that run before the server starts. */
    private static final String PREBOOT = System.getProperty("weir.payara.preboot", "");

    private final int consolePort = FreePort.find();
    private Path placed = Path.of("");

    PayaraMicro(Path jar, Path folder) {
        super(jar, folder, "/weir");
    }

    private Path console() {
        return folder.resolve("console.jar");
    }

    private Path preboot() {
        return folder.resolve("preboot.txt");
    }

    private Path postboot() {
        return folder.resolve("postboot.txt");
    }

    @Override
    void prepare() throws IOException {
        ShrinkWrap.create(JavaArchive.class)
                .addClass(MicroConsole.class)
                .as(ZipExporter.class)
                .exportTo(console().toFile());
        String configured =
                PREBOOT.isEmpty() ? "" : Files.readString(Path.of(PREBOOT)).stripTrailing() + "\n";
        Files.writeString(
                preboot(),
                configured + "set configs.config.server-config.network-config.network-listeners"
                        + ".network-listener.http-listener.address=" + host() + "\n");
        Files.writeString(folder.resolve("password.txt"), "AS_ADMIN_USERPASSWORD=" + PASSWORD + "\n");
        Files.write(
                postboot(),
                USERS.stream()
                        .map(user -> user.split(" ", 2))
                        .map(words -> "create-file-user --groups " + words[1] + " --passwordfile "
                                + folder.resolve("password.txt") + " " + words[0])
                        .toList());
    }

    @Override
    List<String> command(List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(modules());
        command.addAll(List.of("-cp", home + File.pathSeparator + console(), MicroConsole.class.getName()));
        command.add(String.valueOf(consolePort));
        command.addAll(List.of("--nocluster", "--port", String.valueOf(port), "--prebootcommandfile"));
        command.add(preboot().toString());
        command.addAll(List.of("--postbootcommandfile", postboot().toString()));
        if (!placed.toString().isEmpty()) {
            command.addAll(List.of("--deploy", placed.toString(), "--contextroot", contextRoot()));
        }
        return command;
    }

    /** The options that {@code java -jar} would read from the manifest. */
    private List<String> modules() throws IOException {
        List<String> arguments = new ArrayList<>();
        try (JarFile jar = new JarFile(home.toFile())) {
            for (String attribute : List.of("Add-Exports", "Add-Opens")) {
                String option = "--" + attribute.toLowerCase(Locale.ROOT);
                String packages = jar.getManifest().getMainAttributes().getValue(attribute);
                Stream.of(packages.split(" ", -1)).forEach(name -> {
                    arguments.add(option);
                    arguments.add(name + "=ALL-UNNAMED");
                });
            }
        }
        return arguments;
    }

    @Override
    void placeFirst(Path war) {
        placed = war.toAbsolutePath();
    }

    @Override
    boolean isUp() throws IOException {
        try {
            return tell("deployed").statusCode() == 200;
        } catch (ConnectException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    void place(Path war) throws IOException, InterruptedException {
        String query = "?root=" + encoded(contextRoot()) + "&war="
                + encoded(war.toAbsolutePath().toString());
        HttpResponse<String> answer = tell("deploy" + query);
        if (answer.statusCode() != 200) {
            throw new AssertionError("Payara Micro could not deploy " + war + ", see " + output());
        }
    }

    @Override
    boolean isDeployed() {
        return true;
    }

    @Override
    void remove() throws IOException, InterruptedException {
        tell("undeploy");
    }

    @Override
    boolean isRemoved() throws IOException {
        try {
            return tell("deployed").body().equals("[]");
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> tell(String command) throws IOException, InterruptedException {
        URI console = URI.create("http://" + host() + ":" + consolePort + "/" + command);
        return client.send(
                HttpRequest.newBuilder(console).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }
}
