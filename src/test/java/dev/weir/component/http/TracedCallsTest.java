package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import dev.weir.telemetry.TraceContext;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests to upstreams belong to the trace of their run's request. */
@Timeout(60)
class TracedCallsTest {
    private static final TraceContext TRACE =
            new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "01", "congo=t61rcWkgMzE");

    private final CallFixture calls = new CallFixture();
    private final AtomicInteger answers = new AtomicInteger();
    private FakeUpstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.whole(200, "application/json", "{}"));
    }

    @AfterEach
    void stop() {
        calls.close();
        upstream.close();
    }

    private FakeUpstream.Request request(TraceContext trace, String... keys) throws InterruptedException {
        assertThat(calls.tracing(trace).invoke(component(keys))).isInstanceOf(Output.Value.class);
        return upstream.request();
    }

    private String component(String... keys) {
        return "component:\n  type: http-client\n  endpoint: " + upstream.url() + "\n"
                + String.join("\n", keys).indent(2);
    }

    private static void assertIsTraced(FakeUpstream.Request request) {
        assertThat(request.header("Traceparent")).isEqualTo(TRACE.parent());
        assertThat(request.header("Tracestate")).isEqualTo(TRACE.state());
    }

    @Test
    void aRequestBelongsToTheTraceOfItsRun() throws InterruptedException {
        assertIsTraced(request(TRACE));
    }

    @Test
    void aRequestOutsideAnyTraceNamesNone() throws InterruptedException {
        assertThat(request(TraceContext.NONE).headers()).doesNotContainKeys("Traceparent", "Tracestate");
    }

    @Test
    void theHeadersOfTheConfigurationWin() throws InterruptedException {
        FakeUpstream.Request request = request(TRACE, "headers: {traceparent: mine}");
        assertThat(request.headers().get("Traceparent")).containsExactly("mine");
        assertThat(request.headers()).doesNotContainKey("Tracestate");
    }

    @Test
    void eachAttemptBelongsToTheTrace() throws InterruptedException {
        upstream.answers(
                exchange -> FakeUpstream.whole(answers.getAndIncrement() == 0 ? 503 : 200, "application/json", "{}")
                        .write(exchange));
        assertIsTraced(request(TRACE, "max_retries: 1", "retry_delay: 1ms"));
        assertIsTraced(upstream.request());
    }

    @Test
    void aRedirectToAnotherHostLeavesTheTrace() throws Exception {
        try (FakeUpstream elsewhere = new FakeUpstream(FakeUpstream.whole(200, "application/json", "{}"))) {
            upstream.answers(exchange -> {
                exchange.getResponseHeaders().add("Location", elsewhere.url());
                exchange.sendResponseHeaders(303, -1);
            });
            assertIsTraced(request(TRACE));
            assertThat(elsewhere.request().headers()).doesNotContainKeys("Traceparent", "Tracestate");
        }
    }
}
