package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.cli.Commands.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases in which {@code weir up} starts nothing. */
class ServerOptionsTest {
    @TempDir
    Path folder;

    @Test
    void aJarWithAnotherHashIsNotStarted() throws IOException {
        Path jar = Files.writeString(folder.resolve("server.jar"), "another");

        Result result = Commands.run(Map.of("WEIR_SERVER", jar.toString()), "up");

        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err())
                .contains(
                        "must be " + ServerBuild.read().sha256(),
                        "is ae448ac86c4e8e4dec645729708ef41873ae79c6dff84eff73360989487f08e5",
                        "--any-server");
    }

    @Test
    void aJarThatIsAbsentIsReportedWithThePlaces() {
        Result result = Commands.run(Map.of("WEIR_SERVER", "/nowhere/server.jar"), "up");

        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err()).contains("looked for /nowhere/server.jar", "--server", "mvn dependency:get");
    }

    @Test
    void thePlacesAreBesideTheWarAndInTheRepository() throws IOException {
        String version = ServerBuild.read().version();
        Path jar = folder.resolve("fish/payara/extras/payara-micro/" + version + "/payara-micro-" + version + ".jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "another");

        ServerOptions options = new ServerOptions();
        CommandException found = catchThrowableOfType(
                CommandException.class,
                () -> options.jar(folder.resolve("weir.war"), Map.of("WEIR_REPOSITORY", folder.toString())));
        assertThat(found).hasMessageContaining(jar + " is not Payara Micro");

        Path beside = Files.writeString(folder.resolve("payara-micro.jar"), "another");
        found = catchThrowableOfType(
                CommandException.class,
                () -> options.jar(folder.resolve("weir.war"), Map.of("WEIR_REPOSITORY", folder.toString())));
        assertThat(found).hasMessageContaining(beside + " is not Payara Micro");
    }

    @Test
    void aBrokenConfigurationStartsNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.yml"), "component: {type: modle}\n");

        Result result = Commands.run(Map.of("WEIR_SERVER", "/nowhere/server.jar"), "up", file.toString());

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("broken.yml:1:", "nothing is started");
    }

    @Test
    void anOpenListenerWithoutKeysIsWarnedOf() {
        Result result = Commands.run(Map.of("WEIR_SERVER", "/nowhere/server.jar"), "up", "--host", "0.0.0.0");

        assertThat(result.err()).contains("every machine that reaches 0.0.0.0 may run the workflows");
    }

    @Test
    void aPortThatIsTakenIsReported() throws IOException {
        Path jar = Files.writeString(folder.resolve("server.jar"), "another");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Result result = Commands.run(
                    Map.of(),
                    "up",
                    "--any-server",
                    "--server",
                    jar.toString(),
                    "--port",
                    String.valueOf(taken.getLocalPort()));

            assertThat(result.status()).isEqualTo(3);
            assertThat(result.err())
                    .contains("port " + taken.getLocalPort() + " of 127.0.0.1 cannot be used", "--port 0");
        }
    }

    @Test
    void theAddressOfAListenerIsOneThatThisMachineReaches() {
        assertThat(UpCommand.address("127.0.0.1", 8080, "/")).hasToString("http://127.0.0.1:8080/");
        assertThat(UpCommand.address("localhost", 8080, "/weir/api")).hasToString("http://localhost:8080/weir/api");
        assertThat(UpCommand.address("0.0.0.0", 8080, "/")).hasToString("http://127.0.0.1:8080/");
        assertThat(UpCommand.address("::1", 8080, "/api")).hasToString("http://[::1]:8080/api");
        assertThat(UpCommand.address("::", 8080, "/")).hasToString("http://[::1]:8080/");
        assertThat(UpCommand.address("0:0:0:0:0:0:0:0", 8080, "/")).hasToString("http://[::1]:8080/");
        assertThat(UpCommand.root("weir//a/")).isEqualTo("/weir/a");
        assertThat(UpCommand.root("")).isEqualTo("/");
    }

    @ParameterizedTest
    @CsvSource({
        "--host, a b",
        "--host, ''",
        "--host, '::1/x'",
        "--host, '127.0.0.1\nset x=y'",
        "--context, a b",
        "--context, '?'",
        "--port, -1",
        "--port, 65536"
    })
    void anAddressThatCannotBeIsWrongUse(String option, String value) {
        Result result = Commands.run(Map.of("WEIR_SERVER", "/nowhere/server.jar"), "up", option + "=" + value);

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).startsWith("weir: " + option + " cannot be ").contains(value);
    }

    @Test
    void aServerOfOneRunDoesNotDrainUnlessItIsTold() throws IOException {
        Path jar = folder.resolve("server.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();

        String[] words = {"run", "--any-server", "--server", jar.toString(), "--jvm=-XshowSettings:properties", ""};
        for (String drain : List.of("0s", "7s")) {
            words[5] = drain.equals("0s") ? "--jvm=-Da=b" : "--jvm=-Dweir.shutdown.drain=" + drain;

            assertThat(Commands.run(Map.of(), words).err()).contains("weir.shutdown.drain = " + drain);
        }
    }

    @Test
    void theLastLinesOfALogAreBoundedAndReadInAnyEncoding() throws IOException {
        Path log = folder.resolve("server.log");
        Files.writeString(
                log, "first\n" + "x".repeat(100_000) + "\nGr\u00F6\u00DFe\nlast", StandardCharsets.ISO_8859_1);

        assertThat(LocalServer.lastLines(log))
                .hasSizeLessThanOrEqualTo(64 << 10)
                .endsWith("\nGr\uFFFD\uFFFDe\nlast");
        Files.writeString(log, "line\n".repeat(60) + "last\n");
        assertThat(LocalServer.lastLines(log).lines()).hasSize(50).endsWith("last");
    }

    @Test
    void aServerThatEndsAtOnceIsReportedWithItsLines() throws IOException {
        Path jar = Files.writeString(folder.resolve("server.jar"), "no archive");

        Result result = Commands.run(Map.of(), "run", "--any-server", "--server", jar.toString());

        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err()).contains("the server ended before it was ready", jar.toString());
    }
}
