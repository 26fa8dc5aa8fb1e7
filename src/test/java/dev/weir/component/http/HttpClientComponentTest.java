package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.FreePort;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.component.Given;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.config.ActionConfig;
import dev.weir.config.ComposeConfig;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.reader.Configurations;
import dev.weir.json.Json;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpClientComponentTest {
    private static final int CAPACITY = 4;
    private static final String WORKFLOW = "workflow:\n  title: t\n";

    private final CallFixture calls = new CallFixture();
    private final Cancellation cancellation = calls.cancellation;
    private FakeUpstream upstream;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
    }

    @AfterEach
    void stop() {
        calls.close();
        upstream.close();
    }

    @Test
    void eachPayloadOfAJsonStreamIsShapedByTheOutput() throws Exception {
        upstream.answers(FakeUpstream.events(
                "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n",
                FakeUpstream.openAi("Once"),
                FakeUpstream.openAi(" upon"),
                "data: {\"choices\":[]}\n\n",
                "data: [DONE]\n\n"));
        assertThat(chunks(invoke(OPEN_AI))).containsExactly("Once", " upon");
    }

    @Test
    void theRequestIsWhatTheConfigurationSays() throws Exception {
        invoke("""
                component:
                  type: http-client
                  base_url: ${env.BASE}/
                  path: /v1/things
                  method: PUT
                  headers:
                    X-Key: key ${env.KEY}
                    X-Absent: ${input.absent}
                  params:
                    q: ${input.prompt}
                    tag: [a b, "ü"]
                    absent: ${input.absent}
                  body:
                    n: 1
                    ok: true
                    text: ${input.prompt}
                    typed: ${input.list}
                """);
        FakeUpstream.Request request = upstream.request();
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.target()).isEqualTo("/v1/things?q=Hello+%26+bye&tag=a+b&tag=%C3%BC");
        assertThat(request.header("X-key")).isEqualTo("key secret-key");
        assertThat(request.headers()).doesNotContainKey("X-absent");
        assertThat(request.header("Content-type")).isEqualTo("application/json");
        assertThat(request.body())
                .isEqualTo("{\"n\":1,\"ok\":true,\"text\":\"Hello & bye\",\"typed\":[1,{\"a\":null}]}");
    }

    @Test
    void aFormIsUrlencoded() throws Exception {
        invoke("""
                component:
                  type: http-client
                  endpoint: ${env.BASE}/form
                  headers:
                    content-type: application/x-www-form-urlencoded
                  body:
                    a: ${input.prompt}
                    b: 2
                """);
        assertThat(upstream.request().body()).isEqualTo("a=Hello+%26+bye&b=2");
    }

    @Test
    void aWholeAnswerIsJsonByItsContentType() throws Exception {
        upstream.answers(
                FakeUpstream.whole(200, "application/json", "{\"choices\":[{\"message\":{\"content\":\"hi\"}}]}"));
        Output output = invoke("""
                component:
                  type: http-client
                  endpoint: ${env.BASE}/v1
                  body: {}
                  output: ${response.choices[0].message.content}
                """);
        assertThat(((Output.Value) output).value()).isEqualTo("hi");
    }

    @Test
    void aWholeAnswerThatIsAStreamIsAList() throws Exception {
        upstream.answers(FakeUpstream.events("data: {\"n\":1}\n\n", "data: {\"n\":2}\n\n"));
        Output output = invoke("""
                component:
                  type: http-client
                  endpoint: ${env.BASE}/v1
                  output: ${response}
                """);
        assertThat(output)
                .isInstanceOfSatisfying(
                        Output.Value.class,
                        value -> assertThat(Json.write(value.value())).isEqualTo("[{\"n\":1},{\"n\":2}]"));
    }

    @Test
    void jsonLinesAreAStreamToo() throws Exception {
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "application/x-ndjson");
            out.write("{\"response\":\"a\"}\n{\"resp".getBytes(StandardCharsets.UTF_8));
            out.flush();
            out.write("onse\":\"b\"}".getBytes(StandardCharsets.UTF_8));
            out.close();
        });
        assertThat(chunks(invoke("""
                        component:
                          type: http-client
                          endpoint: ${env.BASE}/api/generate
                          stream_format: json
                          output: ${response[].response}
                        """))).containsExactly("a", "b");
    }

    @Test
    void withoutAFormatBytesPassWithTheirContentType() throws Exception {
        upstream.answers(FakeUpstream.whole(200, "audio/wav", "RIFF...."));
        Output output = invoke("""
                component:
                  type: http-client
                  endpoint: ${env.BASE}/speech
                  output: ${response[]}
                """);
        assertThat(((Output.Streamed) output).content().orElseThrow().type()).isEqualTo("audio/wav");
        assertThat(chunks(output)).containsExactly("RIFF....".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anErrorStatusShowsItAndTheBeginningOfTheAnswer() {
        upstream.answers(FakeUpstream.whole(401, "application/json", "{\"error\":\"no key\"}" + " ".repeat(10_000)));
        assertFails(OPEN_AI, ErrorCode.UPSTREAM_STATUS, "401", "no key");
    }

    @Test
    void whatIsNotJsonIsShown() throws Exception {
        upstream.answers(
                FakeUpstream.events(FakeUpstream.openAi("a"), "data: {not json\n\n", FakeUpstream.openAi("b")));
        ChunkSource chunks = ((Output.Streamed) invoke(OPEN_AI)).chunks();
        assertThat(BlockingReader.take(chunks)).isEqualTo(new Received.Chunk("a"));
        assertThat(BlockingReader.take(chunks))
                .isInstanceOfSatisfying(
                        Received.Failed.class,
                        failed -> assertThat(failed.cause().detail()).contains("not JSON", "{not json"));
    }

    @Test
    void anErrorPayloadFailsTheStream() throws Exception {
        upstream.answers(
                FakeUpstream.events(FakeUpstream.openAi("a"), "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"));
        ChunkSource chunks = ((Output.Streamed) invoke(OPEN_AI)).chunks();
        assertThat(BlockingReader.take(chunks)).isEqualTo(new Received.Chunk("a"));
        assertThat(BlockingReader.take(chunks))
                .isInstanceOfSatisfying(
                        Received.Failed.class,
                        failed -> assertThat(failed.cause().detail()).contains("overloaded"));
    }

    @Test
    void aStreamThatBreaksOffFails() throws Exception {
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            out.write(FakeUpstream.openAi("a").getBytes(StandardCharsets.UTF_8));
            out.flush();
            throw new IOException("drop the connection");
        });
        ChunkSource chunks = ((Output.Streamed) invoke(OPEN_AI)).chunks();
        assertThat(BlockingReader.take(chunks)).isEqualTo(new Received.Chunk("a"));
        assertThat(BlockingReader.take(chunks)).isInstanceOfSatisfying(Received.Failed.class, failed -> {
            assertThat(failed.cause().code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
            assertThat(failed.cause().detail()).contains("cut short");
        });
    }

    @Test
    void aRefusedConnectionAndAnUnknownHostAreToldApart() throws Exception {
        int free = FreePort.find();
        assertFails(at("http://127.0.0.1:" + free), ErrorCode.UPSTREAM_REFUSED, "refused", "127.0.0.1:" + free);
        assertFails(at("http://nowhere.invalid"), ErrorCode.UPSTREAM_HOST_UNKNOWN, "nowhere.invalid", "unknown");
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsATimeOut() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(exchange -> over.await());
        assertFails(OPEN_AI + "  timeout: 200ms\n", ErrorCode.UPSTREAM_TIMED_OUT, "did not answer within 200 ms");
        over.countDown();
    }

    @Test
    void anUpstreamThatFallsSilentIsATimeOut() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(FakeUpstream.silentAfter(FakeUpstream.openAi("a"), over));
        ChunkSource chunks = ((Output.Streamed) invoke(OPEN_AI + "  timeout: 200ms\n")).chunks();
        assertThat(BlockingReader.take(chunks)).isEqualTo(new Received.Chunk("a"));
        assertThat(BlockingReader.take(chunks)).isInstanceOfSatisfying(Received.Failed.class, failed -> {
            assertThat(failed.cause().code()).isEqualTo(ErrorCode.UPSTREAM_STALLED);
            assertThat(failed.cause().detail()).contains("200 ms");
        });
        over.countDown();
    }

    @Test
    void aSlowReaderIsNoReasonForATimeOut() throws Exception {
        int events = 64;
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            for (int i = 0; i < events; i++) {
                out.write(FakeUpstream.openAi("x".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
            }
            out.close();
        });
        ChunkSource chunks = ((Output.Streamed) invoke(OPEN_AI + "  timeout: 500ms\n")).chunks();
        assertThat(BlockingReader.take(chunks)).isInstanceOf(Received.Chunk.class);
        // The pause exceeds the time-out, but this reader causes it, not the upstream.
        assertThat(new CountDownLatch(1).await(700, TimeUnit.MILLISECONDS)).isFalse();
        AtomicInteger read = new AtomicInteger(1);
        BlockingReader.readAll(chunks, chunk -> read.incrementAndGet() > 0);
        assertThat(read).hasValue(events);
    }

    @Test
    void aStatusIsToldThoughItsExplanationBreaksOff() {
        upstream.answers(exchange -> {
            exchange.sendResponseHeaders(401, 500);
            exchange.getResponseBody().write("{\"error\":\"no key".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            throw new IOException("drop the connection");
        });
        assertFails(OPEN_AI, ErrorCode.UPSTREAM_STATUS, "answered 401", "no key");
    }

    @Test
    void aWholeAnswerWhereAStreamWasExpectedIsOneChunk() throws Exception {
        upstream.answers(FakeUpstream.whole(
                200, "application/json", "{\n  \"choices\": [\n    {\"delta\": {\"content\": \"all\"}}\n  ]\n}\n"));
        assertThat(chunks(invoke(OPEN_AI))).containsExactly("all");
    }

    @Test
    void aMissingVariableSendsNothing() {
        assertFails("""
                component:
                  type: http-client
                  endpoint: ${env.BASE}/v1
                  headers:
                    Authorization: Bearer ${env.MISSING_KEY}
                """, ErrorCode.NOT_READY, "environment variable MISSING_KEY is not set");
        assertThat(upstream.idle()).isTrue();
    }

    @Test
    void aUrlThatIsNoneIsShown() {
        assertFails(at("ftp://127.0.0.1"), ErrorCode.INVALID_INPUT, "http://", "ftp://127.0.0.1");
        assertFails(at("http://exa mple"), ErrorCode.INVALID_INPUT, "URL");
    }

    @Test
    void aHeaderThatCannotBeSentDoesNotShowItsValue() {
        assertThatThrownBy(() -> invoke("""
                        component:
                          type: http-client
                          endpoint: ${env.BASE}/v1
                          headers:
                            X-Key: "${env.KEY}\\nX-Other: 1"
                        """)).hasMessageContaining("X-Key").hasMessageNotContaining("secret-key");
    }

    @Test
    void closingTheStreamEndsTheRequest() throws Exception {
        upstream.answers(FakeUpstream.endless(FakeUpstream.openAi("more")));
        ChunkSource chunks = ((Output.Streamed) invoke(OPEN_AI)).chunks();
        assertThat(BlockingReader.take(chunks)).isEqualTo(new Received.Chunk("more"));
        chunks.close();
        assertThat(upstream.awaitAbandoned()).isTrue();
    }

    @Test
    void cancellingTheRunEndsTheRequestBeforeItsAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        upstream.answers(exchange -> {
            asked.countDown();
            new CountDownLatch(1).await();
        });
        CompletableFuture<Output> output = CompletableFuture.supplyAsync(() -> {
            try {
                return invoke(OPEN_AI);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        asked.await();
        cancellation.cancel("client disconnected");
        assertThatThrownBy(() -> output.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(WeirException.class);
    }

    @Test
    void aReaderThatDoesNotReadStopsTheUpstream() throws Exception {
        byte[] event = FakeUpstream.openAi("x".repeat(8192)).getBytes(StandardCharsets.UTF_8);
        int events = 4000;
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            for (int i = 0; i < events; i++) {
                out.write(event);
                out.flush();
                begun.countDown();
            }
            out.close();
            written.countDown();
        });
        ChunkSource chunks = ((Output.Streamed) invoke(OPEN_AI)).chunks();
        begun.await();
        // No socket buffers hold all 32 MB; without back-pressure the upstream would finish sooner.
        assertThat(written.await(500, TimeUnit.MILLISECONDS)).isFalse();
        AtomicInteger read = new AtomicInteger();
        BlockingReader.readAll(chunks, chunk -> read.incrementAndGet() > 0);
        assertThat(read).hasValue(events);
        assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void connectionsAreReusedAfterDone() throws Exception {
        List<Integer> ports = new ArrayList<>();
        upstream.answers(exchange -> {
            ports.add(exchange.getRemoteAddress().getPort());
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            out.write((FakeUpstream.openAi("a") + "data: [DONE]\n\n").getBytes(StandardCharsets.UTF_8));
            out.close();
        });
        ComposeConfig config = Configurations.of(OPEN_AI + WORKFLOW, environment());
        HttpClientComponent component = component(config);
        for (int i = 0; i < 5; i++) {
            assertThat(chunks(invoke(config, component))).containsExactly("a");
        }
        assertThat(ports).hasSize(5);
        assertThat(ports.stream().distinct()).hasSizeLessThan(5);
    }

    private static final String OPEN_AI = """
            component:
              type: http-client
              base_url: ${env.BASE}
              path: /v1/chat/completions
              body:
                stream: true
              stream_format: json
              output: ${response[].choices[0].delta.content}
            """;

    private static String at(String url) {
        return OPEN_AI.replace("${env.BASE}", url);
    }

    private Map<String, String> environment() {
        return Map.of("BASE", upstream.url(), "KEY", "secret-key");
    }

    private HttpClientComponent component(ComposeConfig config) {
        HttpClientConfig own = (HttpClientConfig) config.components().get(0);
        return calls.component(own, new HttpLimits(CAPACITY, 1 << 20, 1 << 20, 1 << 20));
    }

    private Output invoke(String yaml) throws InterruptedException {
        ComposeConfig config = Configurations.of(yaml + WORKFLOW, environment());
        return invoke(config, component(config));
    }

    private Output invoke(ComposeConfig config, HttpClientComponent component) throws InterruptedException {
        Bindings scope = Bindings.empty()
                .withEnvironment(config.environment())
                .with(Source.INPUT, Json.parse("{\"prompt\":\"Hello & bye\",\"list\":[1,{\"a\":null}]}"));
        return Given.by(component.call(new Invocation(ActionConfig.ONLY_ACTION, scope, cancellation)));
    }

    private static List<Object> chunks(Output output) throws InterruptedException {
        List<Object> chunks = new ArrayList<>();
        BlockingReader.readAll(((Output.Streamed) output).chunks(), chunks::add);
        return chunks;
    }

    private void assertFails(String yaml, ErrorCode code, String... told) {
        assertThatThrownBy(() -> invoke(yaml)).isInstanceOfSatisfying(WeirException.class, failure -> {
            assertThat(failure.detail()).contains(told);
            assertThat(failure.code()).isEqualTo(code);
        });
    }
}
