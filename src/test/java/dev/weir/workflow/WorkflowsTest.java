package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Activity;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.security.Caller;
import dev.weir.stream.Tasks;
import dev.weir.workflow.admission.Drain;
import dev.weir.workflow.served.Closings;
import dev.weir.workflow.served.ServedConfiguration;
import dev.weir.workflow.served.WorkflowHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkflowsTest {
    private static final String RIGHT = """
            workflows:
              - id: one
                component: a
                default: true
              - id: two
                component: a
            components:
              a:
                type: http-client
                endpoint: http://127.0.0.1:9
            """;

    @TempDir
    private Path folder;

    private final List<String> closed = new CopyOnWriteArrayList<>();
    private final TaskRegistry tasks = new TaskRegistry(1 << 20, Clock.systemUTC());
    private Readiness readiness = new Readiness.Ready();
    private Optional<Activity> activity = Optional.empty();
    private Workflows workflows;
    private Path file;
    private Path sign;

    @BeforeEach
    void begin() {
        sign = folder.resolve("out-of-service");
        workflows = new Workflows(
                List.<ComponentProvider<?>>of(new FakeProvider(FakeComponent::new)),
                tasks,
                new Drain(Optional.of(sign)));
        file = folder.resolve("model-compose.yml");
    }

    @Test
    void aConfigurationWithoutProblemsIsServed() throws IOException {
        load(RIGHT);
        assertThat(workflows.health().isReady()).isTrue();
        assertThat(workflows.workflow(null, Caller.ANYONE).config().id()).isEqualTo("one");
        assertThat(workflows.workflow("two", Caller.ANYONE).config().id()).isEqualTo("two");
        assertThat(workflows.workflow("one", Caller.ANYONE).isDefault()).isTrue();
        assertThatThrownBy(() -> workflows.workflow("three", Caller.ANYONE))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UNKNOWN_WORKFLOW))
                .hasMessageContaining("[one, two]");
        assertThatThrownBy(() -> workflows.workflow("x".repeat(1 << 20), Caller.ANYONE))
                .hasMessage("no workflow has the id '" + "x".repeat(80) + "…'; there are [one, two]");
    }

    @Test
    void aConfigurationWithProblemsIsNotAndSaysSo() throws IOException {
        load("workflow:\n  component: nowhere\n");
        assertThat(workflows.health().problems()).hasSize(1);
        assertThatThrownBy(() -> workflows.use())
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("model-compose.yml:2:");
    }

    @Test
    void whereTheProblemsAreToldIsReadFromAFirstConfigurationThoughItIsRejected() throws IOException {
        load("controller: {base_path: /v1, webui: {}}\nworkflow:\n  component: nowhere\n");
        assertThat(workflows.controller().basePath()).isEqualTo("/v1");
        assertThat(workflows.controller().webUi()).isPresent();
        load(RIGHT);
        load("controller: {base_path: /v2}\nworkflow:\n  component: nowhere\n");
        assertThat(workflows.controller().basePath()).isEqualTo("/api");
    }

    @Test
    void aBetterConfigurationTakesOver() throws IOException {
        load("workflow:\n  component: nowhere\n");
        load(RIGHT);
        assertThat(workflows.health().isReady()).isTrue();
    }

    @Test
    void whatWasServedBeforeIsClosedWithItsLastRun() throws IOException {
        load(RIGHT);
        ServedConfiguration ofARun = workflows.use();
        load(RIGHT.replace("  a:", "  b:").replace("component: a", "component: b"));
        assertThat(closed).isEmpty();
        ofARun.release();
        assertThat(closed).containsExactly("a");
        assertThat(ofARun.components().all()).as("what an ended run keeps").isEmpty();
        workflows.close();
        assertThat(closed).containsExactly("a", "b");
        assertThatThrownBy(() -> workflows.use()).hasMessageContaining("stopping");
    }

    /** A model takes seconds to close, and the last use may end on a timer's thread. */
    @Test
    void endingTheLastUseDoesNotWaitForTheComponentsToClose() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        CountDownLatch release = new CountDownLatch(1);
        try {
            workflows = new Workflows(
                    List.<ComponentProvider<?>>of(
                            new FakeProvider(id -> new SlowComponent(new FakeComponent(id), release))),
                    tasks,
                    new Drain(Optional.of(sign)),
                    new Closings(new Tasks(threads)));
            load(RIGHT);
            ServedConfiguration ofARun = workflows.use();
            load(RIGHT);
            ofARun.release();
            assertThat(workflows.use().use()).as("the next is served meanwhile").isTrue();
            assertThat(workflows.awaitClosed(Duration.ofMillis(1))).isFalse();
            release.countDown();
            assertThat(workflows.awaitClosed(Duration.ofSeconds(10))).isTrue();
            assertThat(closed).containsExactly("a");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatIsInUseIsNeverClosedHoweverOftenTheConfigurationIsReplaced() throws Exception {
        load(RIGHT);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        AtomicBoolean over = new AtomicBoolean();
        try {
            List<Future<Integer>> users = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                users.add(threads.submit(() -> {
                    int uses = 0;
                    while (!over.get()) {
                        ServedConfiguration used = workflows.use();
                        // Closing removes the components.
                        assertThat(used.components().all()).hasSize(1);
                        used.release();
                        uses++;
                    }
                    return uses;
                }));
            }
            for (int i = 0; i < 200; i++) {
                workflows.load(List.of(file));
            }
            over.set(true);
            for (Future<Integer> user : users) {
                assertThat(user.get()).isPositive();
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
        assertThat(closed).hasSize(200);
    }

    @Test
    void aConfigurationThatIsReadWhenTheApplicationHasEndedIsNotServed() throws IOException {
        load(RIGHT);
        workflows.close();
        load(RIGHT);
        assertThat(closed).containsExactly("a", "a");
        assertThatThrownBy(() -> workflows.use()).hasMessageContaining("stopping");
    }

    @Test
    void aConfigurationThatIsNotCurrentAnyMoreIsNotMade() throws IOException {
        load(RIGHT);
        assertThat(workflows.load(List.of(Files.writeString(file, "nonsense: true")), () -> false))
                .isEmpty();
        assertThat(workflows.health().isReady()).isTrue();
        assertThat(closed).isEmpty();
    }

    @Test
    void componentsThatLoadOrFailAreToldApart() throws IOException {
        readiness = new Readiness.Loading();
        load(RIGHT);
        assertThat(workflows.health().loading()).containsExactly(new WorkflowHealth.Loading("a", "", 0));
        assertThat(workflows.health().isReady()).isFalse();
        assertThat(workflows.health().ready()).isEmpty();
        readiness = new Readiness.Failed("no such model");
        assertThat(workflows.health().failed()).isEqualTo(Map.of("a", "no such model"));
        assertThat(workflows.health().isReady()).isTrue();
    }

    @Test
    void healthTellsTheStartUntilAllIsPrepared() throws IOException {
        AtomicBoolean prepared = new AtomicBoolean();
        workflows.prepare(prepared::get);
        load(RIGHT);
        assertThat(workflows.health().known()).isFalse();
        assertThat(workflows.workflow(null, Caller.ANYONE).config().id()).isEqualTo("one");
        prepared.set(true);
        assertThat(workflows.health().isReady()).isTrue();
    }

    @Test
    void problemsAreToldBeforeAllIsPrepared() throws IOException {
        workflows.prepare(() -> false);
        load("nonsense: true");
        assertThat(workflows.health().known()).isTrue();
    }

    @Test
    void whatTheModelsAreDoingIsToldForEachComponent() throws IOException {
        load(RIGHT);
        assertThat(workflows.health().models()).isEmpty();
        activity = Optional.of(new Activity("stories", this, 2, 1, 0, 1700, 9));
        assertThat(workflows.health().ready()).containsExactly("a");
        assertThat(workflows.health().models())
                .containsExactly(new WorkflowHealth.Model("a", "stories", this, 2, 1, 0, 1700, 9));
    }

    @Test
    void aServerThatIsOutOfServiceSaysSoWhateverItServes() throws IOException {
        load(RIGHT);
        Files.createFile(sign);
        assertThat(workflows.health().refusal())
                .hasValueSatisfying(why -> assertThat(why).contains("weir.shutdown.file"));
        assertThat(workflows.health().isReady()).isFalse();
        load("workflow:\n  component: nowhere\n");
        assertThat(workflows.health().refusal()).isPresent();
        Files.delete(sign);
        load(RIGHT);
        assertThat(workflows.health().isReady()).isTrue();
        workflows.close();
        assertThat(workflows.health().refusal()).hasValue("the server is shutting down");
    }

    private void load(String yaml) throws IOException {
        workflows.load(List.of(Files.writeString(file, yaml)));
    }

    /** A component that is closed when the test releases it. */
    private record SlowComponent(Component component, CountDownLatch release) implements Component {
        @Override
        public String id() {
            return component.id();
        }

        @Override
        public Readiness readiness() {
            return component.readiness();
        }

        @Override
        public CompletableFuture<Output> call(Invocation invocation) {
            return component.call(invocation);
        }

        @Override
        public void close() {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            component.close();
        }
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
            return readiness;
        }

        @Override
        public Optional<Activity> activity() {
            return activity;
        }

        @Override
        public CompletableFuture<Output> call(Invocation invocation) {
            return CompletableFuture.completedFuture(new Output.Value(null));
        }

        @Override
        public void close() {
            closed.add(id);
        }
    }
}
