package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Source;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Received;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that run an action for each element of a list or chunk of a stream. */
@Timeout(60)
class ForEachTest {
    private static final String COMPONENT = """
            component:
              id: x
              type: http-client
              endpoint: http://127.0.0.1:9
            """;

    /** Calls that a test answers. */
    private static final class OpenCalls implements Function<Invocation, CompletableFuture<Output>> {
        private final Map<Object, CompletableFuture<Output>> open = new ConcurrentHashMap<>();
        private final AtomicInteger cancelled = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        @Override
        public CompletableFuture<Output> apply(Invocation invocation) {
            CompletableFuture<Output> answer = new CompletableFuture<>();
            Object input = input(invocation);
            open.put(input, answer);
            most.accumulateAndGet(open.size(), Math::max);
            invocation.cancellation().onCancel(() -> {
                if (answer.completeExceptionally(new WeirException(ErrorCode.CANCELLED, "the call was cancelled"))) {
                    cancelled.incrementAndGet();
                }
            });
            return answer;
        }

        void awaitCall(Object input) {
            while (!open.containsKey(input)) {
                Thread.onSpinWait();
            }
        }

        CompletableFuture<Output> await(Object input) {
            awaitCall(input);
            return open.get(input);
        }

        void answer(Object input, Object value) {
            CompletableFuture<Output> answer = await(input);
            open.remove(input);
            answer.complete(new Output.Value(value));
        }
    }

    private static Object input(Invocation invocation) {
        Object input = invocation.scope().value(Source.INPUT, null);
        return input == null ? "null" : input;
    }

    private static CompletableFuture<Output> shout(Invocation invocation) {
        return CompletableFuture.completedFuture(new Output.Value(input(invocation) + "!"));
    }

    private static RunnerFixture fixture(String keys, Function<Invocation, CompletableFuture<Output>> calls) {
        return RunnerFixture.answering(calls, yaml(keys));
    }

    private static String yaml(String keys) {
        return "workflow:\n  jobs:\n    - {id: each, type: for-each, " + keys + "}\n" + COMPONENT;
    }

    private static @Nullable Object value(RunnerFixture fixture, Object input) throws InterruptedException {
        return ((RunOutput.Value) fixture.drive(fixture.admit(null, input))).value();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 100})
    void resultsHaveTheOrderOfAThousandElements(int atOnce) throws InterruptedException {
        List<Integer> items = IntStream.range(0, 1_000).boxed().toList();
        String keys =
                "input: '${input.items}', batch_size: " + atOnce + ", do: {input: '${item}'}, output: {n: '${output}'}";
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> {
                    CompletableFuture<Output> answer = new CompletableFuture<>();
                    // Calls end in another order than they begin.
                    answer.completeAsync(() -> new Output.Value((Integer) input(invocation) % 7));
                    return answer;
                },
                yaml(keys),
                100_000);

        assertThat(value(fixture, Map.of("items", items)))
                .isEqualTo(Map.of("n", items.stream().map(n -> n % 7).toList()));
    }

    @Test
    void noMoreThanTheBatchSizeRunAtOnceAndAFailureCancelsTheRest() {
        OpenCalls calls = new OpenCalls();
        RunnerFixture fixture = fixture("input: '${input.items}', batch_size: 3, do: {}", calls);
        CompletableFuture<RunOutput> told =
                fixture.told(fixture.admit(null, Map.of("items", List.of(0, 1, 2, 3, 4, 5))));
        calls.awaitCall(0);
        calls.awaitCall(2);
        calls.answer(1, "one");
        calls.awaitCall(3);
        assertThat(calls.open).hasSize(3);
        calls.await(2).completeExceptionally(new WeirException(ErrorCode.UPSTREAM_FAILED, "broken"));

        assertThatThrownBy(told::join).cause().hasMessage("job each (component x): item 2: broken");
        assertThat(calls.cancelled).hasValue(2);
        assertThat(calls.most).hasValue(3);
        assertThat(calls.open).doesNotContainKey(4);
    }

    @Test
    void aCancelledRunCancelsItsCallsAndStartsNoOther() {
        OpenCalls calls = new OpenCalls();
        RunnerFixture fixture = fixture("input: '${input.items}', batch_size: 2, do: {}", calls);
        Run run = fixture.admit(null, Map.of("items", List.of(0, 1, 2)));
        CompletableFuture<RunOutput> told = fixture.told(run);
        calls.awaitCall(0);
        calls.awaitCall(1);
        run.cancel("a test");

        assertThatThrownBy(told::join).cause().hasMessageContaining("a test");
        assertThat(calls.cancelled).hasValue(2);
        assertThat(calls.open).doesNotContainKey(2);
    }

    @Test
    void elementsAndPositionsAreBoundAndAnyOtherValueStandsAlone() throws InterruptedException {
        RunnerFixture fixture = fixture(
                "input: '${input.items}', do: {input: '${index}:${item}:${input.name}', output: {r: '${output}', i: '${index}'}}",
                ForEachTest::shout);

        assertThat(value(fixture, Map.of("items", Arrays.asList("a", null, 2), "name", "n")))
                .isEqualTo(List.of(
                        Map.of("r", "0:a:n!", "i", 0), Map.of("r", "1::n!", "i", 1), Map.of("r", "2:2:n!", "i", 2)));
        assertThat(value(fixture, Map.of("items", "one", "name", "n"))).isEqualTo(Map.of("r", "0:one:n!", "i", 0));
        assertThat(value(fixture, Map.of("items", List.of(), "name", "n"))).isEqualTo(List.of());
    }

    @Test
    void theElementIsTheInputUnlessThatIsShaped() throws InterruptedException {
        assertThat(value(fixture("do: {}", ForEachTest::shout), List.of("a", "b")))
                .isEqualTo(List.of("a!", "b!"));
        assertThat(value(fixture("do: {}", ForEachTest::shout), "alone")).isEqualTo("alone!");
    }

    @Test
    void aWrongBatchSizeIsNamed() {
        RunnerFixture fixture =
                fixture("input: '${input.items}', batch_size: '${input.size}', do: {}", ForEachTest::shout);

        assertThatThrownBy(() -> value(fixture, Map.of("items", List.of(1), "size", 101)))
                .hasMessage(
                        "job each (component x): batch_size must be a whole number from 1 to 100, was 101 (a number)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'${output as integer}'", "{'...': '${output}'}", "'${env.NEVER_SET_HERE}'"})
    void anOutputThatCannotBeShapedFailsTheJob(String output) {
        RunnerFixture fixture = fixture("input: '${input.items}', do: {}, output: " + output, ForEachTest::shout);

        assertThatThrownBy(() -> value(fixture, Map.of("items", List.of("a", "b"))))
                .hasMessageContaining("component x");
    }

    @Test
    void aTextSaysWhetherTheResultsStream() throws InterruptedException {
        RunnerFixture fixture =
                fixture("input: '${input.items}', streaming: '${input.stream}', do: {}", ForEachTest::shout);

        assertThat(value(fixture, Map.of("items", List.of("a"), "stream", "false")))
                .isEqualTo(List.of("a!"));
        assertThat(shown(fixture.drive(fixture.admit(null, Map.of("items", List.of("a"), "stream", "true")))))
                .isEqualTo("[a!]");
        assertThatThrownBy(() -> value(fixture, Map.of("items", List.of("a"), "stream", "maybe")))
                .hasMessageContaining("streaming must be true or false");
    }

    @Test
    void eachResultOfAStreamIsShapedAlsoForAnotherJob() throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.answering(ForEachTest::shout, """
                workflow:
                  jobs:
                    - {id: each, type: for-each, input: '${input.items}', do: {}, streaming: true, output: '<${output}>'}
                    - {id: last, type: delay, duration: 0, output: {all: '${jobs.each.output}'}}
                """ + COMPONENT);

        assertThat(value(fixture, Map.of("items", List.of("a", "b"))))
                .isEqualTo(Map.of("all", List.of("<a!>", "<b!>")));
    }

    @Test
    void aBatchSizeMayBeATextOrNull() throws InterruptedException {
        RunnerFixture fixture =
                fixture("input: '${input.items}', batch_size: '${input.size}', do: {}", ForEachTest::shout);

        assertThat(value(fixture, Map.of("items", List.of(1), "size", "3"))).isEqualTo(List.of("1!"));
        assertThat(value(fixture, Map.of("items", List.of(1)))).isEqualTo(List.of("1!"));
    }

    @Test
    void allResultsTogetherAreBounded() {
        RunnerFixture fixture = fixture(
                "input: '${input.items}', do: {}",
                invocation -> CompletableFuture.completedFuture(new Output.Value("x".repeat(200))));

        assertThatThrownBy(() -> value(fixture, Map.of("items", List.of(1, 2, 3, 4, 5, 6))))
                .hasMessageContaining("too large (at most 1000 bytes, weir.task.max-output)");
    }

    private static String shown(RunOutput output) throws InterruptedException {
        List<Object> chunks = new ArrayList<>();
        RunOutput.Streamed streamed = (RunOutput.Streamed) output;
        Received received = BlockingReader.take(streamed.chunks());
        while (received instanceof Received.Chunk chunk) {
            chunks.add(chunk.value());
            received = BlockingReader.take(streamed.chunks());
        }
        return chunks
                + (received instanceof Received.Failed failed
                        ? " " + failed.cause().detail()
                        : "");
    }

    @Test
    void aStreamGivesEachResultInOrderAndEndsWithAFailure() throws Exception {
        OpenCalls calls = new OpenCalls();
        RunnerFixture fixture = fixture(
                "input: '${input.items}', batch_size: 2, streaming: true, do: {}, output: '<${output}>'", calls);
        RunOutput output = fixture.drive(fixture.admit(null, Map.of("items", List.of(0, 1, 2, 3))));
        RunOutput.Streamed streamed = (RunOutput.Streamed) output;
        calls.answer(1, "one");
        calls.answer(0, "zero");
        assertThat(BlockingReader.take(streamed.chunks())).isEqualTo(new Received.Chunk("<zero>"));
        assertThat(BlockingReader.take(streamed.chunks())).isEqualTo(new Received.Chunk("<one>"));
        calls.answer(2, "two");
        calls.await(3).completeExceptionally(new WeirException(ErrorCode.UPSTREAM_FAILED, "broken"));

        assertThat(shown(output)).isEqualTo("[<two>] job each (component x): item 3: broken");
    }

    @Test
    void aReaderThatStopsCancelsTheCalls() throws Exception {
        OpenCalls calls = new OpenCalls();
        RunnerFixture fixture = fixture("input: '${input.items}', batch_size: 2, streaming: true, do: {}", calls);
        RunOutput.Streamed streamed =
                (RunOutput.Streamed) fixture.drive(fixture.admit(null, Map.of("items", List.of(0, 1, 2, 3))));
        CompletableFuture<Output> first = calls.await(0);
        calls.awaitCall(1);
        streamed.chunks().close();

        assertThatThrownBy(first::join).hasMessageContaining("cancelled");
        assertThat(calls.open).doesNotContainKey(2);
    }

    @Test
    void aSlowReaderBoundsTheCallsThatAreAhead() throws Exception {
        AtomicInteger started = new AtomicInteger();
        RunnerFixture fixture = fixture("batch_size: 2, streaming: true, do: {}", invocation -> {
            started.incrementAndGet();
            return shout(invocation);
        });
        List<Integer> items = IntStream.range(0, 100).boxed().toList();
        RunOutput.Streamed streamed = (RunOutput.Streamed) fixture.drive(fixture.admit(null, items));
        for (int i = 0; i < 100; i++) {
            assertThat(BlockingReader.take(streamed.chunks())).isEqualTo(new Received.Chunk(i + "!"));
            // Two that wait in the queue, two that run, and two that are done and wait for room.
            assertThat(started.get()).isLessThanOrEqualTo(i + 1 + 6);
        }
        assertThat(BlockingReader.take(streamed.chunks())).isInstanceOf(Received.Completed.class);
    }

    private static final String PIPE = """
            workflow:
              jobs:
                - {id: writer, input: {call: write}}
                - {id: each, type: for-each, input: '${jobs.writer.output%s}', do: {input: '${item}'}, streaming: true%s}
            """;

    @ParameterizedTest
    @ValueSource(strings = {"", "[]"})
    void chunksOfAnotherJobFlowThroughAsTheyCome(String suffix) throws Exception {
        ChunkQueue writer = new ChunkQueue(4);
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> input(invocation) instanceof Map
                        ? CompletableFuture.completedFuture(new Output.Streamed(writer))
                        : shout(invocation),
                PIPE.formatted(suffix, "") + COMPONENT);
        RunOutput.Streamed output = (RunOutput.Streamed) fixture.drive(fixture.admit(null, Map.of()));
        writer.offer("a");
        assertThat(BlockingReader.take(output.chunks())).isEqualTo(new Received.Chunk("a!"));
        writer.offer("b");
        assertThat(BlockingReader.take(output.chunks())).isEqualTo(new Received.Chunk("b!"));
        writer.complete();

        assertThat(BlockingReader.take(output.chunks())).isInstanceOf(Received.Completed.class);
    }

    @Test
    void aReaderThatStopsClosesTheFirstStream() throws Exception {
        ChunkQueue writer = new ChunkQueue(4);
        OpenCalls calls = new OpenCalls();
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> input(invocation) instanceof Map
                        ? CompletableFuture.completedFuture(new Output.Streamed(writer))
                        : calls.apply(invocation),
                PIPE.formatted("", "") + COMPONENT);
        RunOutput.Streamed output = (RunOutput.Streamed) fixture.drive(fixture.admit(null, Map.of()));
        writer.offer("a");
        calls.awaitCall("a");
        output.chunks().close();
        while (!writer.isCancelled()) {
            Thread.onSpinWait();
        }

        assertThat(calls.cancelled).hasValue(1);
    }

    @Test
    void theFailureOfTheFirstStreamIsTheRunsFailure() throws Exception {
        ChunkQueue writer = new ChunkQueue(4);
        writer.offer("a");
        writer.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "broken"));
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> input(invocation) instanceof Map
                        ? CompletableFuture.completedFuture(new Output.Streamed(writer))
                        : shout(invocation),
                PIPE.formatted("", "") + COMPONENT);

        assertThat(shown(fixture.drive(fixture.admit(null, Map.of())))).contains("job writer (component x): broken");
    }

    @ParameterizedTest
    @ValueSource(strings = {", output: '${output} of ${jobs.writer.output}'", ", condition: '${jobs.writer.output}'"})
    void aStreamThatIsUsedTwiceIsCollected(String use) throws Exception {
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> {
                    if (!(input(invocation) instanceof Map)) {
                        return shout(invocation);
                    }
                    ChunkQueue writer = new ChunkQueue(4);
                    writer.offer("a");
                    writer.offer("b");
                    writer.complete();
                    return CompletableFuture.completedFuture(new Output.Streamed(writer));
                },
                PIPE.formatted("", use) + COMPONENT);

        assertThat(shown(fixture.drive(fixture.admit(null, Map.of()))))
                .startsWith("[ab!")
                .doesNotContain(",");
    }

    @Test
    void aStreamIsCollectedForAReaderThatWaitsForARouterToo() throws InterruptedException {
        ChunkQueue writer = new ChunkQueue(4);
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> "write".equals(input(invocation))
                        ? CompletableFuture.completedFuture(new Output.Streamed(writer))
                        : shout(invocation),
                """
                workflow:
                  jobs:
                    - {id: writer, input: write}
                    - {id: choose, type: if, input: '${input.mode}', operator: eq, value: x, if_true: each, if_false: other}
                    - {id: each, type: for-each, input: '${jobs.writer.output}', do: {}}
                    - {id: other, input: other}
                """ + COMPONENT);

        // The reader waits for a router, too: therefore the stream is collected.
        writer.offer("a");
        writer.complete();
        assertThat(value(fixture, Map.of("mode", "y"))).isEqualTo("other!");
    }

    @Test
    void aSkippedReaderClosesTheFirstStream() {
        ChunkQueue writer = new ChunkQueue(4);
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> CompletableFuture.completedFuture(new Output.Streamed(writer)),
                PIPE.formatted("", ", condition: '${input.never}'") + COMPONENT);

        assertThatThrownBy(() -> fixture.drive(fixture.admit(null, Map.of()))).hasMessageContaining("was skipped");
        assertThat(writer.isCancelled()).isTrue();
    }
}
