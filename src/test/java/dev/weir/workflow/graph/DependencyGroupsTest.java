package dev.weir.workflow.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Source;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.json.Json;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.RunnerFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A group in {@code depends_on}: the job begins when one job of the group has ended. */
@Timeout(60)
class DependencyGroupsTest {
    private static final String COMPONENT = "component: {id: x, type: http-client, endpoint: 'http://127.0.0.1:9'}\n";
    private static final String RACE = """
            workflow:
              jobs:
                - {id: a, component: x, input: a}
                - {id: b, component: x, input: b}
                - id: c
                  component: x
                  depends_on: [[a, b]]
                  input: c
                  output: {a: '${jobs.a.output}', b: '${jobs.b.output}'}
            """ + COMPONENT;

    /** The answers of calls by their input. A call that has none answers at once. */
    private final Map<String, CompletableFuture<Output>> answers = new ConcurrentHashMap<>();

    private final Map<String, CompletableFuture<Boolean>> calls = new ConcurrentHashMap<>();

    private CompletableFuture<Output> answer(Invocation invocation) {
        String input = String.valueOf(invocation.scope().value(Source.INPUT, null));
        called(input).complete(true);
        CompletableFuture<Output> held = answers.get(input);
        return held == null
                ? CompletableFuture.completedFuture(new Output.Value("from " + input))
                : held.thenApply(output -> output);
    }

    private CompletableFuture<Boolean> called(String input) {
        return calls.computeIfAbsent(input, key -> new CompletableFuture<>());
    }

    private CompletableFuture<Output> hold(String input) {
        return answers.computeIfAbsent(input, key -> new CompletableFuture<>());
    }

    private CompletableFuture<String> begin(String yaml, String input) {
        RunnerFixture fixture = RunnerFixture.answering(this::answer, yaml);
        return fixture.told(fixture.admit(null, Json.parse(input)))
                .thenApply(output -> Json.write(((RunOutput.Value) output).value()));
    }

    @Test
    void aJobBeginsWithTheFirstOfItsGroupAndTheRunAwaitsTheOthers() {
        CompletableFuture<Output> b = hold("b");
        CompletableFuture<String> run = begin(RACE, "{}");

        called("c").join();
        assertThat(run).isNotDone();
        b.complete(new Output.Value("late"));

        assertThat(run.join()).isEqualTo("{\"a\":\"from a\",\"b\":null}");
    }

    @Test
    void eitherJobOfAGroupIsEnough() {
        CompletableFuture<Output> a = hold("a");
        CompletableFuture<String> run = begin(RACE, "{}");

        called("c").join();
        a.complete(new Output.Value("late"));

        assertThat(run.join()).isEqualTo("{\"a\":null,\"b\":\"from b\"}");
    }

    @Test
    void aFailureInAGroupFailsTheRun() {
        hold("a").completeExceptionally(new WeirException(ErrorCode.UPSTREAM_FAILED, "broken"));

        assertThatThrownBy(begin(RACE, "{}")::join).cause().hasMessage("job a (component x): broken");
    }

    @Test
    void aStreamOfAGroupIsCollected() {
        ChunkQueue chunks = new ChunkQueue(4);
        hold("a").complete(new Output.Streamed(chunks));
        CompletableFuture<Output> b = hold("b");
        CompletableFuture<String> run = begin(RACE, "{}");
        chunks.offer("one ");
        chunks.offer("text");
        chunks.complete();

        called("c").join();
        b.complete(new Output.Value("late"));
        assertThat(run.join()).isEqualTo("{\"a\":\"one text\",\"b\":null}");
    }

    @Test
    void theLastJobStreamsAfterAGroup() throws InterruptedException {
        ChunkQueue chunks = new ChunkQueue(4);
        hold("c").complete(new Output.Streamed(chunks));
        chunks.offer("x");
        chunks.complete();
        RunnerFixture fixture = RunnerFixture.answering(this::answer, RACE.replaceAll("(?m)^      output: .*\n", ""));
        RunOutput.Streamed output = (RunOutput.Streamed) fixture.drive(fixture.admit(null, Map.of()));

        List<Object> text = new ArrayList<>();
        BlockingReader.readAll(output.chunks(), text::add);
        assertThat(text).containsExactly("x");
    }

    @Test
    void aSkippedJobOfAGroupIsNotEnough() {
        String yaml = RACE.replace("{id: a, component: x,", "{id: a, component: x, condition: false,");
        CompletableFuture<Output> b = hold("b");
        CompletableFuture<String> run = begin(yaml, "{}");

        called("b").join();
        assertThat(calls).doesNotContainKeys("a", "c");
        b.complete(new Output.Value("b"));
        assertThat(run.join()).isEqualTo("{\"a\":null,\"b\":\"b\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"way": "a"} | "from a"
            {"way": "b"} | "from b"
            """)
    void aJobFollowsTheBranchThatWasChosen(String input, String output) {
        String yaml = """
                workflow:
                  jobs:
                    - {id: way, type: if, input: '${input.way}', value: a, if_true: a, if_false: b}
                    - {id: a, component: x, input: a}
                    - {id: b, component: x, input: b}
                    - {id: c, component: x, input: c, depends_on: [[a, b]], output: '${jobs.a.output | ${jobs.b.output}}'}
                """ + COMPONENT;

        assertThat(begin(yaml, input).join()).isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [[a, b]]            | false | false | null
            [first, [a, b]]     | false | false | "from c"
            [[a, b], [b, first]] | false | false | "from c"
            [[a, b], first]     | true  | false | "from c"
            [a, [a, b]]         | false | true  | "from c"
            [[a, a]]            | false | true  | null
            """)
    void aGroupOfSkippedJobsCountsAsASkippedJob(String dependencies, boolean a, boolean b, String expected) {
        String yaml = """
                workflow:
                  output: '${jobs.c.output}'
                  jobs:
                    - {id: first, component: x, input: first}
                    - {id: a, component: x, input: a, condition: %s}
                    - {id: b, component: x, input: b, condition: %s}
                    - {id: c, component: x, input: c, depends_on: %s}
                """.formatted(a, b, dependencies) + COMPONENT;
        CompletableFuture<String> run = begin(yaml, "{}");

        if (expected.startsWith("\"")) {
            assertThat(run.join()).isEqualTo(expected);
            assertThat(calls).containsKey("c");
        } else {
            assertThat(run.join()).isEqualTo(expected);
            assertThat(calls).doesNotContainKey("c");
        }
    }

    @Test
    void twoGroupsAndACertainJobAreAwaited() {
        String yaml = """
                workflow:
                  output: '${jobs.last.output}'
                  jobs:
                    - {id: a, component: x, input: a}
                    - {id: b, component: x, input: b}
                    - {id: c, component: x, input: c}
                    - {id: d, component: x, input: d}
                    - {id: e, component: x, input: e}
                    - {id: last, component: x, input: last, depends_on: [[a, b], [c, d], e]}
                """ + COMPONENT;
        CompletableFuture<Output> a = hold("a");
        CompletableFuture<Output> d = hold("d");
        CompletableFuture<Output> e = hold("e");
        CompletableFuture<String> run = begin(yaml, "{}");

        called("e").join();
        assertThat(calls).doesNotContainKey("last");
        e.complete(new Output.Value("e"));
        called("last").join();
        a.complete(new Output.Value("a"));
        d.complete(new Output.Value("d"));
        assertThat(run.join()).isEqualTo("\"from last\"");
    }
}
