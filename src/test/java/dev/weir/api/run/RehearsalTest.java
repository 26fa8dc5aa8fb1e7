package dev.weir.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.api.ProblemDocuments;
import dev.weir.api.response.OpenAnswers;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.http.HttpProviders;
import dev.weir.config.HttpClientConfig;
import dev.weir.files.TemporaryFolder;
import dev.weir.runtime.ServerFixture;
import dev.weir.stream.Tasks;
import dev.weir.workflow.RunnerFixture;
import dev.weir.workflow.Workflows;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@Timeout(60)
class RehearsalTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private ServerFixture server = ServerFixture.with(Map.of());

    private List<ComponentProvider<?>> providers = List.of();

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void everyRunOfItIsAnsweredWell() throws Exception {
        Rehearsal rehearsal = rehearsed(LONG);

        assertThat(rehearsal.completed()).isEqualTo(300);
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void privateAddressesThatAreRefusedDoNotHinderIt() throws Exception {
        useSetting("weir.http.deny-private", "true");

        assertThat(rehearsed(LONG).completed()).isEqualTo(300);
    }

    @Test
    void aFolderThatCannotBeMadeLeavesItOut() throws Exception {
        folder = Files.createFile(folder.resolve("file"));

        assertThat(rehearsed(LONG).completed()).isZero();
    }

    /** Clean-up programs may delete temporary files at any time. */
    @Test
    void aConfigurationThatIsDeletedMeanwhileDoesNotHinderIt() throws Exception {
        providers = List.of(
                new Deleting(HttpProviders.of(server.pools(), server.settings()).get(0)));

        assertThat(rehearsed(LONG).completed()).isEqualTo(300);
    }

    @Test
    void itEndsWhenItsTimeIsOver() throws Exception {
        Rehearsal rehearsal = rehearsed(Duration.ZERO);

        assertThat(rehearsal.completed()).isZero();
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void aSettingLeavesItOut() throws Exception {
        useSetting("weir.start.rehearsal", "false");

        assertThat(rehearsed(LONG).completed()).isZero();
    }

    @Test
    void threadsThatAreRefusedLeaveItOut() throws Exception {
        server.close();

        assertThat(rehearsed(LONG).completed()).isZero();
    }

    @Test
    void anApplicationThatEndsEndsIt() throws Exception {
        Rehearsal rehearsal = rehearsal(LONG);
        rehearsal.end();
        begin(rehearsal);

        assertThat(rehearsal.completed()).isLessThan(300);
    }

    @Test
    void aStrangerOnItsPortGetsNothingButTheSameAnswers() throws Exception {
        try (RehearsalUpstream upstream =
                RehearsalUpstream.open(new Tasks(server.pools().processes()))) {
            assertThat(exchange(upstream, "GET / HTTP/1.1\r\n\r\n")).contains("200 OK", "\"words\"");
            assertThat(exchange(upstream, "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"))
                    .isEmpty();
            assertThat(exchange(upstream, "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"))
                    .isEmpty();
            assertThat(exchange(upstream, "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n"))
                    .isEmpty();
            assertThat(exchange(upstream, "POST /stream HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"))
                    .contains("data: [DONE]");
        }
    }

    /** Sends only {@code request}, and reads to the end. */
    private static String exchange(RehearsalUpstream upstream, String request) throws Exception {
        URI uri = URI.create(upstream.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException e) {
            // Unread bytes at the end of the connection reset it.
            return "";
        }
    }

    private void useSetting(String key, String value) {
        server.close();
        server = ServerFixture.with(Map.of(key, value));
    }

    private Rehearsal rehearsed(Duration longest) throws Exception {
        return begin(rehearsal(longest));
    }

    private Rehearsal rehearsal(Duration longest) {
        Workflows workflows =
                RunnerFixture.of(providers.isEmpty() ? HttpProviders.of(server.pools(), server.settings()) : providers);
        return new Rehearsal(
                workflows,
                new ProblemDocuments(workflows),
                server.pools(),
                server.settings(),
                new OpenAnswers(server.pools(), server.settings()),
                longest);
    }

    private Rehearsal begin(Rehearsal rehearsal) throws Exception {
        try (TemporaryFolder temporary = new TemporaryFolder(folder)) {
            rehearsal.start(temporary);
            assertThat(rehearsal.awaitRelease(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(rehearsal.hasEnded()).isTrue();
        return rehearsal;
    }

    private List<Path> filesLeft() throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** Deletes all files of the rehearsal when its components are created. */
    private final class Deleting implements ComponentProvider<HttpClientConfig> {
        private final ComponentProvider<?> http;

        Deleting(ComponentProvider<?> http) {
            this.http = http;
        }

        @Override
        public Class<HttpClientConfig> configuration() {
            return HttpClientConfig.class;
        }

        @Override
        @SuppressWarnings("unchecked") // The first provider of HttpProviders has that class.
        public Component create(HttpClientConfig config, EnvironmentVariables environment) {
            try {
                for (Path file : filesLeft()) {
                    Files.delete(file);
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return ((ComponentProvider<HttpClientConfig>) http.forThisMachine()).create(config, environment);
        }
    }
}
