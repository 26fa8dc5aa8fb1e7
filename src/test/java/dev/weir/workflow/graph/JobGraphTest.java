package dev.weir.workflow.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.MissingVariableException;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.component.Component;
import dev.weir.component.ComponentRegistry;
import dev.weir.component.Given;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.component.WorkflowCalls;
import dev.weir.config.ComposeConfig;
import dev.weir.config.StreamLinks;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.reader.Configurations;
import dev.weir.filter.OutputFilters;
import dev.weir.security.Reservation;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.telemetry.Instruments;
import dev.weir.telemetry.TraceContext;
import dev.weir.workflow.FakeProvider;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunState;
import dev.weir.workflow.RunnerFixture;
import dev.weir.workflow.admission.Permit;
import dev.weir.workflow.event.EventLog;
import dev.weir.workflow.served.Closings;
import dev.weir.workflow.served.ServedConfiguration;
import dev.weir.workflow.served.ServedWorkflow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JobGraphTest {
    /** The behaviour of a component in a test. */
    private interface Behaviour {
        Output on(@Nullable Object input, Invocation invocation) throws Exception;
    }

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Behaviour> behaviours = new HashMap<>();
    private final List<String> called = Collections.synchronizedList(new ArrayList<>());
    private @Nullable Run run;

    @AfterEach
    void stop() {
        pool.shutdownNow();
        clock.shutdownNow();
    }

    @Test
    void aSingleJobGetsTheRunsInputAndGivesTheRunsOutput() throws Exception {
        behaviours.put("a", (input, invocation) -> new Output.Value(List.of("got", input)));
        assertThat(run("workflow:\n  component: a\n", Map.of("x", 1)))
                .isEqualTo(new Output.Value(List.of("got", Map.of("x", 1))));
    }

    @Test
    void aJobWaitsForWhatItDependsOnAndSeesItsOutput() throws Exception {
        behaviours.put("a", (input, invocation) -> new Output.Value("A" + input));
        behaviours.put("b", (input, invocation) -> new Output.Value("B" + input));
        Output output = run("""
                workflow:
                  jobs:
                    - id: second
                      component: b
                      input: ${jobs.first.output}
                      depends_on: [first]
                    - id: first
                      component: a
                      input: ${input.word}
                """, Map.of("word", "!"));
        assertThat(output).isEqualTo(new Output.Value("BA!"));
        assertThat(called).containsExactly("a", "b");
    }

    @Test
    void jobsThatDoNotDependOnEachOtherRunSideBySide() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        for (String id : List.of("a", "b")) {
            behaviours.put(id, (input, invocation) -> {
                both.await(10, TimeUnit.SECONDS);
                return new Output.Value(Map.of(id, true));
            });
        }
        assertThat(run(TWO_JOBS, Map.of())).isEqualTo(new Output.Value(Map.of("a", true, "b", true)));
    }

    @Test
    void aStreamThatAnotherJobNeedsIsTakenWhole() throws Exception {
        behaviours.put("a", (input, invocation) -> streamed("Once", " upon", " a time"));
        behaviours.put("b", (input, invocation) -> new Output.Value("<" + input + ">"));
        assertThat(run(CHAIN, Map.of())).isEqualTo(new Output.Value("<Once upon a time>"));
    }

    @Test
    void theLastJobsStreamIsHandedOnShapedByItsOutput() throws Exception {
        behaviours.put("a", (input, invocation) -> streamed("x", "y"));
        Output output = run("workflow:\n  component: a\n  output: ${output as text;sse-text}\n", Map.of());
        List<Object> chunks = new ArrayList<>();
        BlockingReader.readAll(((Output.Streamed) output).chunks(), chunks::add);
        assertThat(chunks).containsExactly("x", "y");
    }

    @Test
    void aStreamThatNoTemplateRefersToIsClosed() throws Exception {
        ChunkQueue queue = new ChunkQueue(1);
        behaviours.put("a", (input, invocation) -> new Output.Streamed(queue));
        assertThat(run("""
                        workflow:
                          jobs:
                            - id: only
                              component: a
                              output: fixed
                        """, Map.of())).isEqualTo(new Output.Value("fixed"));
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aStreamTooLargeToCollectFailsTheJobAndStopsItsProducer() {
        ChunkQueue queue = new ChunkQueue(8);
        queue.offer("x".repeat(MAX_COLLECTED_BYTES / 2));
        queue.offer("x".repeat(MAX_COLLECTED_BYTES / 2));
        behaviours.put("a", (input, invocation) -> new Output.Streamed(queue));
        assertThatThrownBy(() -> run(CHAIN, Map.of()))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OUTPUT_TOO_LARGE))
                .hasMessageContaining("job one")
                .hasMessageContaining("weir.task.max-output");
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aFailingJobCancelsTheOthersAndIsNamed() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        behaviours.put("a", (input, invocation) -> {
            invocation.cancellation().onCancel(cancelled::countDown);
            begun.countDown();
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            throw new WeirException(ErrorCode.CANCELLED, "let go");
        });
        behaviours.put("b", (input, invocation) -> {
            begun.await();
            throw new WeirException(ErrorCode.UPSTREAM_FAILED, "the upstream answered 500");
        });
        assertThatThrownBy(() -> run(TWO_JOBS, Map.of())).isInstanceOfSatisfying(WeirException.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
            assertThat(failure.detail()).isEqualTo("job two (component b): the upstream answered 500");
        });
        assertThat(run.state()).isInstanceOf(RunState.Failed.class);
    }

    @Test
    void anErrorInAJobThatRunsBesideAnotherEndsTheRun() {
        behaviours.put("a", (input, invocation) -> {
            throw new StackOverflowError();
        });
        behaviours.put("b", (input, invocation) -> new Output.Value(1));
        assertThatThrownBy(() -> run(TWO_JOBS, Map.of()))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL));
    }

    @Test
    void aFailingJobClosesTheStreamThatWasReady() {
        ChunkQueue queue = new ChunkQueue(1);
        CountDownLatch streaming = new CountDownLatch(1);
        behaviours.put("a", (input, invocation) -> {
            streaming.countDown();
            return new Output.Streamed(queue);
        });
        behaviours.put("b", (input, invocation) -> {
            streaming.await();
            throw new WeirException(ErrorCode.UPSTREAM_FAILED, "no");
        });
        assertThatThrownBy(() -> run(TWO_JOBS, Map.of())).hasMessageContaining("no");
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void twoJobsThatBothStreamAreNamedAndClosed() {
        ChunkQueue first = new ChunkQueue(1);
        ChunkQueue second = new ChunkQueue(1);
        behaviours.put("a", (input, invocation) -> new Output.Streamed(first));
        behaviours.put("b", (input, invocation) -> new Output.Streamed(second));
        assertThatThrownBy(() -> run(TWO_JOBS, Map.of()))
                .hasMessageContaining("one")
                .hasMessageContaining("two");
        assertThat(first.isCancelled()).isTrue();
        assertThat(second.isCancelled()).isTrue();
    }

    private static final String CHOICE = """
            workflow:
              jobs:
                - id: one
                  component: a
                  condition: ${input.model == 'a'}
                - id: two
                  component: b
                  condition: ${input.model == 'b'}
                - id: three
                  component: c
                  input: x
                  depends_on: one
                - id: four
                  component: d
                  input: x
                  depends_on: [two, three]
            """;

    @Test
    void aConditionDecidesWhichJobsRunAndWhatFollowsOnlySkippedOnesIsSkipped() throws Exception {
        for (String id : List.of("a", "b", "c", "d")) {
            behaviours.put(id, (input, invocation) -> new Output.Value(id));
        }
        assertThat(run(CHOICE, Map.of("model", "b"))).isEqualTo(new Output.Value("d"));
        assertThat(called).containsExactly("b", "d");
    }

    @Test
    void aRunInWhichEverythingWasSkippedListsTheConditions() {
        assertThatThrownBy(() -> run(CHOICE, Map.of("model", "z")))
                .isInstanceOfSatisfying(WeirException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
                    assertThat(failure.detail()).contains("input.model == 'a'", "input.model == 'b'");
                });
    }

    @Test
    void aCancelledRunStartsNothing() {
        behaviours.put("a", (input, invocation) -> new Output.Value(1));
        ComposeConfig config = config("workflow:\n  component: a\n");
        Run cancelled = newRun(config, Map.of());
        cancelled.cancel("client disconnected");
        assertThatThrownBy(() -> run(config, cancelled)).hasMessageContaining("client disconnected");
        assertThat(called).isEmpty();
        assertThat(cancelled.state()).isEqualTo(new RunState.Cancelled("client disconnected"));
    }

    @Test
    void aMissingVariableNamesItsComponent() {
        behaviours.put("a", (input, invocation) -> {
            throw new MissingVariableException("OPENAI_API_KEY");
        });
        assertThatThrownBy(() -> run("workflow:\n  component: a\n", Map.of()))
                .hasMessage("environment variable OPENAI_API_KEY is not set (component a)");
    }

    private static final String ROUTED = """
            workflow:
              jobs:
                - id: choose
                  type: switch
                  input: ${input.language}
                  cases:
                    - value: ko
                      then: korean
                    - value: en
                      then: english
                  otherwise: other
                - id: korean
                  component: a
                - id: english
                  component: b
                - id: other
                  component: c
            """;

    @ParameterizedTest
    @CsvSource({"ko,a", "en,b", "fr,c"})
    void aSwitchRunsTheJobItChoosesAndNoOther(String language, String component) throws Exception {
        for (String id : List.of("a", "b", "c")) {
            behaviours.put(id, (input, invocation) -> new Output.Value(id));
        }
        assertThat(run(ROUTED, Map.of("language", language))).isEqualTo(new Output.Value(component));
        assertThat(called).containsExactly(component);
    }

    @Test
    void aRouterThatChoosesNoneIsNamedWhenNothingElseRan() {
        String withoutAnOther =
                ROUTED.replace("      otherwise: other\n", "").replace("    - id: other\n      component: c\n", "");
        assertThatThrownBy(() -> run(withoutAnOther, Map.of("language", "fr")))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessageContaining("choose chose no job");
    }

    @Test
    void anIfGoesToTheJobOfItsFirstBranchThatLeadsAnywhere() throws Exception {
        for (String id : List.of("a", "b")) {
            behaviours.put(id, (input, invocation) -> new Output.Value(id));
        }
        String workflow = """
                workflow:
                  jobs:
                    - id: choose
                      type: if
                      input: ${input.length}
                      operator: gt
                      value: 100
                      if_true: long
                      if_false: short
                    - id: long
                      component: a
                    - id: short
                      component: b
                """;
        assertThat(run(workflow, Map.of("length", 101))).isEqualTo(new Output.Value("a"));
        assertThat(run(workflow, Map.of("length", 100))).isEqualTo(new Output.Value("b"));
    }

    @Test
    void aRandomRouterChoosesOneOfItsJobs() throws Exception {
        for (String id : List.of("a", "b")) {
            behaviours.put(id, (input, invocation) -> new Output.Value(id));
        }
        String workflow = """
                workflow:
                  jobs:
                    - id: choose
                      type: random-router
                      routings:
                        - to: one
                        - to: two
                    - id: one
                      component: a
                    - id: two
                      component: b
                """;
        for (int i = 0; i < 64; i++) {
            run(workflow, Map.of());
        }
        assertThat(called).hasSize(64).contains("a", "b");
    }

    @Test
    void aFilterKeepsTheElementsThatPass() throws Exception {
        Output output = run("""
                workflow:
                  jobs:
                    - id: keep
                      type: filter
                      input: ${input.numbers}
                      where:
                        input: ${item}
                        operator: gt
                        value: 2
                """, Map.of("numbers", List.of(1, 2, 3, 4)));
        assertThat(output).isEqualTo(new Output.Value(List.of(3, 4)));
    }

    private static final String DELAYED = """
            workflow:
              jobs:
                - id: wait
                  type: delay
                  duration: ${input.wait}
                - id: then
                  component: a
                  depends_on: wait
            """;

    @Test
    void aJobBehindADelayRunsAfterIt() throws Exception {
        behaviours.put("a", (input, invocation) -> new Output.Value("a"));
        assertThat(run(DELAYED, Map.of("wait", "1ms"))).isEqualTo(new Output.Value("a"));
        assertThatThrownBy(() -> run(DELAYED, Map.of("wait", "soon")))
                .hasMessageContaining("job wait")
                .hasMessageContaining("soon");
    }

    @Test
    void aCancellationEndsADelay() throws Exception {
        ComposeConfig config = config(DELAYED);
        Run delayed = newRun(config, Map.of("wait", "1h"));
        CompletableFuture<Output> output = CompletableFuture.supplyAsync(() -> {
            try {
                return run(config, delayed);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        delayed.cancel("client disconnected");
        assertThatThrownBy(() -> output.get(10, TimeUnit.SECONDS)).hasMessageContaining("client disconnected");
        assertThat(called).isEmpty();
    }

    @Test
    void aRepeatedJobGivesTheListOfItsOutputs() throws Exception {
        behaviours.put("a", (input, invocation) -> streamed("x", "y"));
        assertThat(run("""
                        workflow:
                          jobs:
                            - id: thrice
                              component: a
                              repeat_count: 3
                        """, Map.of())).isEqualTo(new Output.Value(List.of("xy", "xy", "xy")));
    }

    private static final String TWO_JOBS = """
            workflow:
              jobs:
                - id: one
                  component: a
                - id: two
                  component: b
            """;

    private static final int MAX_COLLECTED_BYTES = 1 << 20;

    private static final String CHAIN = """
            workflow:
              jobs:
                - id: one
                  component: a
                - id: two
                  component: b
                  input: ${jobs.one.output}
            """;

    private static final String COMPONENTS = """
            components:
              a: &c
                type: http-client
                endpoint: http://127.0.0.1:9
              b: *c
              c: *c
              d: *c
            """;

    private static ComposeConfig config(String workflow) {
        return Configurations.of(workflow + COMPONENTS);
    }

    private Output run(String workflow, Object input) throws InterruptedException {
        ComposeConfig config = config(workflow);
        run = newRun(config, input);
        Output output = run(config, run);
        return run.workflow().output() == null
                ? output
                : Outputs.shaped(output, run.workflow().output(), Bindings.empty());
    }

    private Run newRun(ComposeConfig config, Object input) {
        ServedConfiguration served = new ServedConfiguration(
                config,
                ComponentRegistry.create(
                        config.components(), List.of(new FakeProvider(FakeComponent::new)), config.environment()),
                new Closings(new Tasks(Runnable::run)));
        return new Run(
                "01",
                served,
                ServedWorkflow.of(config.workflows().get(0), config),
                new OutputFilters(List.of()).forRun(),
                input,
                RunnerFixture.place(),
                Reservation.none(),
                new Permit(() -> {}),
                new EventLog(8, 1_000),
                ended -> {});
    }

    private Output run(ComposeConfig config, Run run) throws InterruptedException {
        CompletableFuture<Output> over = new CompletableFuture<>();
        RunContext context = new RunContext(
                new RunIdentity("task", TraceContext.NONE, () -> "call"),
                config.environment(),
                run.served().components(),
                Instruments.off(),
                WorkflowCalls.NONE,
                JobOverrides.NONE,
                new Tasks(pool),
                new Timers(clock),
                MAX_COLLECTED_BYTES);
        WorkflowConfig workflow = config.workflows().get(0);
        JobGraph graph = new JobGraph(
                run, workflow.jobs(), StreamLinks.of(workflow, config), run.input(), context, (result, failure) -> {
                    if (failure == null) {
                        over.complete(result.output());
                    } else {
                        over.completeExceptionally(failure);
                    }
                });
        pool.execute(graph::start);
        try {
            return over.get();
        } catch (ExecutionException e) {
            throw (WeirException) e.getCause();
        }
    }

    private static Output streamed(String... chunks) {
        ChunkQueue queue = new ChunkQueue(chunks.length);
        for (String chunk : chunks) {
            queue.offer(chunk);
        }
        queue.complete();
        return new Output.Streamed(queue);
    }

    private final class FakeComponent implements Component {
        private final String id;

        FakeComponent(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Readiness readiness() {
            return new Readiness.Ready();
        }

        @Override
        public CompletableFuture<Output> call(Invocation invocation) {
            return Given.now(() -> output(invocation));
        }

        private Output output(Invocation invocation) throws InterruptedException {
            called.add(id);
            try {
                return behaviours.get(id).on(invocation.scope().value(Source.INPUT, null), invocation);
            } catch (RuntimeException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {}
    }
}
