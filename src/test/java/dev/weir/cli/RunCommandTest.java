package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.cli.Commands.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir run} as a client of a server. */
@Timeout(60)
class RunCommandTest {
    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Result run(String... words) {
        return run(Map.of(), false, words);
    }

    private Result run(Map<String, String> environment, boolean isTerminal, String... words) {
        return Commands.run(
                environment,
                isTerminal,
                Stream.concat(Stream.of("run", "--url", server.url()), Stream.of(words))
                        .toArray(String[]::new));
    }

    @Test
    void textIsWrittenExactly() {
        server.streams("data: Once\n\n:\n\ndata:  upon\r\n\r\ndata: a\ndata: \"time\"\n\ndata: {}\n\n");

        Result result = run("--input", "prompt=Hi");

        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out()).isEqualTo("Once upona\n\"time\"{}");
        assertThat(server.bodies())
                .containsExactly("{\"input\":{\"prompt\":\"Hi\"},\"output_only\":true,\"wait_for_completion\":true}");
    }

    @Test
    void aPersonGetsALineEndAfterTheText() {
        server.streams("data: Once\n\n");

        assertThat(run(Map.of(), true).out()).isEqualTo("Once\n");
        assertThat(run().out()).isEqualTo("Once");
    }

    @Test
    void valuesOfAStreamAreLines() {
        server.streams("data: \"One\\nTwo\"\n\ndata: {\"a\": 1}\n\ndata: 3\n\n");

        assertThat(run("json").out()).isEqualTo("One\nTwo{\"a\":1}\n3\n");
        assertThat(run("json", "--json").out()).isEqualTo("\"One\\nTwo\"\n{\"a\":1}\n3\n");
        assertThat(server.bodies().get(0)).contains("\"workflow_id\":\"json\"");
    }

    @Test
    void aChunkIsWrittenBeforeTheNextOneExists() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        server.answers(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("data: Once\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            awaitUninterrupted(seen);
            out.write("data:  upon\n\n".getBytes(StandardCharsets.UTF_8));
            out.close();
        });
        try (PipedInputStream read = new PipedInputStream();
                OutputStream out = new PipedOutputStream(read)) {
            Terminal terminal = new Terminal(out, new PrintStream(OutputStream.nullOutputStream()), Map.of(), false);
            CompletableFuture<Integer> status = CompletableFuture.supplyAsync(
                    () -> WeirCommand.run(Path.of("weir.war"), terminal, "run", "--url", server.url()));
            assertThat(new String(read.readNBytes(4), StandardCharsets.UTF_8)).isEqualTo("Once");
            seen.countDown();
            assertThat(new String(read.readNBytes(5), StandardCharsets.UTF_8)).isEqualTo(" upon");
            assertThat(status.get()).isZero();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aValueIsWrittenAsTextOrJson() {
        server.answers(200, "application/json", "\"Once\"");
        assertThat(run().out()).isEqualTo("Once");
        server.answers(200, "application/json;charset=utf-8", "{\"a\": [1]}");
        assertThat(run().out()).isEqualTo("{\"a\":[1]}\n");
    }

    @Test
    void bytesGoToAFileOrAPipeButNotToATerminal(@TempDir Path folder) {
        server.answers(200, "image/png", "\u0089PNG\u0000");
        Path file = folder.resolve("image.png");

        assertThat(run().bytes()).containsExactly(0x89, 'P', 'N', 'G', 0);
        assertThat(run("-o", file.toString()).status()).isZero();
        assertThat(file).hasBinaryContent(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0});
        Result refused = run(Map.of(), true);
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("--output FILE");
    }

    @Test
    void anErrorInTheMiddleOfAStreamFailsTheCommand() {
        server.streams(
                "data: Once\n\nevent: error\ndata: {\"title\": \"Upstream failed\", \"detail\": \"it ended\"}\n\n");

        Result result = run();

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEqualTo("Once");
        assertThat(result.err()).isEqualTo("weir: Upstream failed: it ended\n");
    }

    @Test
    void aConnectionThatBreaksFailsTheCommand() {
        server.answers(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("data: Once\n\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        });

        Result result = run();

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).startsWith("weir: ");
    }

    @Test
    void anOutputThatIsCutFailsTheCommand() {
        server.streams("data: Once\n\ndata: upo");
        assertThat(run())
                .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                .satisfies(result -> assertThat(result.out()).isEqualTo("Once"))
                .satisfies(result -> assertThat(result.err()).contains("ended in the midst of an event"));
        server.answers(200, "application/json", "{\"a\": [1");
        assertThat(run())
                .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                .satisfies(result -> assertThat(result.out()).isEmpty())
                .satisfies(result -> assertThat(result.err()).contains("the server's answer is not JSON"));
    }

    @Test
    void aServerWithoutTlsIsNotReachableByHttps() {
        Result result = Commands.run(Map.of(), "run", "--url", server.url().replace("http:", "https:"));

        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err()).contains("/api is not reachable (");
    }

    @Test
    void refusalsHaveTheirOwnStatus() {
        server.answers(401, "application/problem+json", "{\"title\": \"Not authenticated\"}");
        assertThat(run())
                .satisfies(result -> assertThat(result.status()).isEqualTo(4))
                .satisfies(result -> assertThat(result.err()).contains("WEIR_KEY"));
        server.answers(403, "application/problem+json", "{\"title\": \"Not allowed\", \"detail\": \"no role\"}");
        assertThat(run())
                .satisfies(result -> assertThat(result.status()).isEqualTo(4))
                .satisfies(result -> assertThat(result.err()).isEqualTo("weir: Not allowed: no role\n"));
        server.answers(422, "application/problem+json", "{\"title\": \"Invalid input\", \"detail\": \"input.a\"}");
        assertThat(run())
                .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                .satisfies(result -> assertThat(result.err()).isEqualTo("weir: Invalid input: input.a\n"));
        server.answers(302, "text/html", "elsewhere");
        assertThat(run().err()).contains("answered status 302");
    }

    @Test
    void aServerThatIsAbsentHasItsOwnStatus() {
        server.close();

        Result result = run();

        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err()).contains(server.url() + "/api is not reachable");
    }

    @Test
    void theKeyComesFromTheEnvironmentOrAFile(@TempDir Path folder) throws IOException {
        server.streams("data: Once\n\n");
        Path file = Files.writeString(folder.resolve("key"), "from-a-file\n");

        run();
        run(Map.of("WEIR_KEY", "from-the-environment"), false);
        run("--key-file", file.toString());

        assertThat(server.keys())
                .containsExactly(
                        "null",
                        "null",
                        "Bearer from-the-environment",
                        "Bearer from-the-environment",
                        "Bearer from-a-file",
                        "Bearer from-a-file");
    }

    @Test
    void aKeyThatCannotBeSentIsNotPrinted(@TempDir Path folder) throws IOException {
        for (String key : List.of("secret-one\nsecret-two\n", "secret \u0007", "secret-\uB9D0", "secret two")) {
            Path file = Files.writeString(folder.resolve("key"), key + "x");

            assertThat(List.of(run("--key-file", file.toString()), run(Map.of("WEIR_KEY", key + "x"), false)))
                    .allSatisfy(result -> assertThat(result.status()).isEqualTo(2))
                    .allSatisfy(result -> assertThat(result.err())
                            .startsWith("weir: the key has a character that a key cannot have")
                            .doesNotContain("secret"));
        }
        assertThat(server.keys()).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithTheReason(@TempDir Path folder) {
        Path absent = folder.resolve("absent");

        assertThat(run("--key-file", absent.toString()).err())
                .isEqualTo("weir: " + absent + ": cannot be read: no such file\n");
        assertThat(run("--input-file", absent.toString()).err())
                .isEqualTo("weir: " + absent + ": cannot be read: no such file\n");
    }

    @Test
    void aRunThatIsRefusedLeavesTheFile(@TempDir Path folder) throws IOException {
        server.answers(422, "application/problem+json", "{\"title\": \"Invalid input\"}");
        Path file = Files.writeString(folder.resolve("output"), "before");

        assertThat(run("-o", file.toString()).status()).isEqualTo(1);
        assertThat(file).hasContent("before");
        server.streams("data: after\n\n");
        assertThat(run("-o", file.toString()).status()).isZero();
        assertThat(file).hasContent("after");
    }

    @Test
    void aReaderThatLeavesEndsTheCommandQuietly() {
        server.streams("data: Once\n\n".repeat(10));
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Terminal terminal = new Terminal(closed, new PrintStream(OutputStream.nullOutputStream()), Map.of(), false);

        assertThat(WeirCommand.run(Path.of("weir.war"), terminal, "run", "--url", server.url()))
                .isZero();
    }

    @Test
    void theInputIsAlsoAFile(@TempDir Path folder) throws IOException {
        server.streams("data: Once\n\n");
        Path file = Files.writeString(folder.resolve("input.json"), "{\"prompt\": \"말\"}");

        assertThat(run("--input-file", file.toString()).status()).isZero();
        assertThat(server.bodies().get(0)).contains("\"input\":{\"prompt\":\"말\"}");
        assertThat(run("--input-file", file.toString(), "-i", "a=b").status()).isEqualTo(2);
        Files.writeString(file, "{");
        assertThat(run("--input-file", file.toString()).status()).isEqualTo(2);
    }

    @Test
    void valuesAreTextUnlessTheyAreJson() {
        assertThat(RunInput.of(List.of("a=1", "b=1.50", "c=true", "d=[1]", "e=\"1\"", "f=null", "g=", "h=x=y", "i={")))
                .hasToString("{a=1, b=1.50, c=true, d=[1], e=1, f=null, g=, h=x=y, i={}");
        assertThat(((Map<?, ?>) RunInput.of(List.of("e=\"1\"", "a=1"))).values().toArray())
                .containsExactly("1", 1);
        assertThat(RunInput.of(List.of("{\"a\": null}")).toString()).isEqualTo("{a=null}");
        assertThat(run("-i", "prompt").err()).contains("'prompt' is not name=value");
    }

    @Test
    void anAddressWithoutAPathMeansTheApi() {
        assertThat(RunCommand.api("http://localhost:8080/")).hasToString("http://localhost:8080/api");
        assertThat(RunCommand.api("https://example.org/weir/api/")).hasToString("https://example.org/weir/api");
        for (String wrong : List.of("localhost:8080", "ftp://example.org", "http://a b", "http://example.org?x=y")) {
            assertThat(Commands.run(Map.of(), "run", "--url", wrong))
                    .satisfies(result -> assertThat(result.status()).isEqualTo(2))
                    .satisfies(result -> assertThat(result.err()).contains("--url cannot be '" + wrong + "'"));
        }
    }

    @Test
    void anEventThatIsTooLongIsAnError() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };

        assertThat(catchThrowable(() -> new EventReader(endless, 100).next()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 100 bytes");
    }
}
