package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.cli.Commands.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void aServerThatEndsAtOnceIsReportedWithItsLines() throws IOException {
        Path jar = Files.writeString(folder.resolve("server.jar"), "no archive");

        Result result = Commands.run(Map.of(), "run", "--any-server", "--server", jar.toString());

        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err()).contains("the server ended before it was ready", jar.toString());
    }
}
