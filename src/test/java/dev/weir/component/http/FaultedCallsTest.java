package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Cancellation;
import dev.weir.stream.CancellationActions;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.FaultyExecutor;
import dev.weir.stream.FaultyExecutor.Fault;
import dev.weir.stream.Received;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** If any hand-over to a thread or a timer fails, the call has one outcome, and no resource of the call remains. */
@Tag("slow")
@Timeout(120)
class FaultedCallsTest {
    private static final String CHUNK = FakeUpstream.openAi("a");
    private static final int MOST_HAND_OVERS = 60;

    private final FaultyExecutor threads = new FaultyExecutor();
    private final CallFixture calls = new CallFixture().faults(threads);
    private final AtomicInteger requests = new AtomicInteger();
    /** Keyed by call, since a request of a failed call may arrive late. */
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

    private int made;
    private FakeUpstream upstream;

    @AfterEach
    void stop() {
        calls.close();
        upstream.close();
        threads.close();
    }

    private HttpClientComponent component(String kind) throws Exception {
        upstream = new FakeUpstream(
                switch (kind) {
                    case "stream" -> FakeUpstream.endless(CHUNK);
                    case "retry" ->
                        exchange -> (attempts.merge(exchange.getRequestHeaders().getFirst("X-Call"), 1, Integer::sum)
                                                == 1
                                        ? FakeUpstream.whole(503, "text/plain", "busy")
                                        : FakeUpstream.endless(CHUNK))
                                .write(exchange);
                    case "polling" ->
                        exchange -> FakeUpstream.whole(
                                        200,
                                        "application/json",
                                        exchange.getRequestMethod().equals("POST")
                                                        || requests.incrementAndGet() % 2 == 0
                                                ? "{\"state\": \"queued\"}"
                                                : "{\"state\": \"done\"}")
                                .write(exchange);
                    default ->
                        FakeUpstream.whole(200, "application/json", "{\"text\": \"" + "a".repeat(40_000) + "\"}");
                });
        return calls.component(
                switch (kind) {
                    case "stream" -> CallFixture.openAi(upstream.url());
                    case "retry" ->
                        CallFixture.openAi(
                                upstream.url(),
                                "max_retries: 1",
                                "retry_delay: 1ms",
                                "headers: {X-Call: '${input.call}'}");
                    case "polling" -> """
                            component:
                              type: http-client
                              base_url: %s
                              path: /jobs
                              completion: {type: polling, path: /jobs/1, interval: 1ms, status: state, success_when: [done]}
                              output: ${result.state}
                            """.formatted(upstream.url());
                    default -> """
                            component:
                              type: http-client
                              base_url: %s
                              path: /v1
                              output: ${response.text}
                            """.formatted(upstream.url());
                });
    }

    /** True if the call gave the expected result, false if it failed. A stream is closed after two chunks. */
    private boolean succeeds(HttpClientComponent component, Cancellation run) throws Exception {
        CompletableFuture<Output> call =
                calls.input(Map.of("call", String.valueOf(++made))).call(component, run);
        Output output;
        try {
            output = call.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return false;
        }
        if (output instanceof Output.Value value) {
            assertThat(value.value()).isNotNull();
            return true;
        }
        try (ChunkSource chunks = ((Output.Streamed) output).chunks()) {
            for (int i = 0; i < 2; i++) {
                Received received = BlockingReader.poll(chunks, Duration.ofSeconds(20));
                assertThat(received).as("an outcome").isNotNull();
                if (received instanceof Received.Failed) {
                    return false;
                }
            }
        }
        return true;
    }

    private void assertNothingIsLeft(Cancellation run) throws Exception {
        CallFixture.await(() -> upstream.open() == 0);
        CallFixture.await(() -> CancellationActions.of(run) == 0);
        CallFixture.await(() -> threads.timers().getQueue().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "stream, REJECTED", "stream, ILLEGAL_STATE", "stream, OUT_OF_MEMORY",
        "whole, REJECTED", "whole, ILLEGAL_STATE", "whole, OUT_OF_MEMORY",
        "retry, REJECTED", "retry, ILLEGAL_STATE", "retry, OUT_OF_MEMORY",
        "polling, REJECTED", "polling, ILLEGAL_STATE", "polling, OUT_OF_MEMORY"
    })
    void eachRefusalEndsTheCallAndLeavesNothing(String kind, Fault fault) throws Exception {
        HttpClientComponent component = component(kind);
        Cancellation run = new Cancellation();
        int failed = 0;
        boolean happened = true;
        for (int n = 1; happened; n++) {
            assertThat(n).as("hand-overs of one call").isLessThan(MOST_HAND_OVERS);
            requests.set(0);
            threads.failAt(n, fault);
            boolean succeeded = succeeds(component, run);
            assertNothingIsLeft(run);
            happened = threads.happened();
            threads.failAt(0, fault);
            assertThat(succeeded || happened).as("hand-over " + n).isTrue();
            failed += succeeded ? 0 : 1;
            requests.set(0);
            assertThat(succeeds(component, run))
                    .as("the call after hand-over " + n)
                    .isTrue();
            assertNothingIsLeft(run);
        }
        assertThat(failed).as("hand-overs on which the call depends").isPositive();
    }

    @Test
    void twoThousandStreamsOfOneRunLeaveNothingWithIt() throws Exception {
        upstream = new FakeUpstream(FakeUpstream.events(CHUNK, "data: [DONE]\n\n"));
        HttpClientComponent component = calls.component(CallFixture.openAi(upstream.url()));
        for (int i = 0; i < 2000; i++) {
            assertThat(calls.outcome(component).text()).isEqualTo("a");
        }
        assertThat(CancellationActions.of(calls.cancellation)).isLessThan(5);
        CallFixture.await(() -> threads.timers().getQueue().size() < 5);
    }
}
