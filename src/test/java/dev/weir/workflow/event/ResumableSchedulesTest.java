package dev.weir.workflow.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import dev.weir.security.Caller;
import dev.weir.security.Reservation;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Numbered;
import dev.weir.stream.Received;
import dev.weir.stream.SeededTasks;
import dev.weir.stream.Tasks;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunSource;
import dev.weir.workflow.RunState;
import dev.weir.workflow.RunnerFixture;
import dev.weir.workflow.admission.Permit;
import dev.weir.workflow.served.ServedConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that disconnects, reconnects and stays away, in any order with the chunks, the tasks and the timers of its run. */
@Timeout(60)
class ResumableSchedulesTest {
    private static final int SEEDS = 8_000;
    private static final int CHUNKS = 5;
    private static Run pattern;

    @BeforeAll
    static void admit() {
        pattern = RunnerFixture.ofOneJob(() -> new Output.Value(1), "").admit(null, Map.of());
    }

    /** One run and its client, which reads at most one connection. */
    private static final class Scene {
        private final SeededTasks tasks;
        private final ChunkQueue queue = new ChunkQueue(2);
        private final EventLog log = new EventLog(3, 10_000);
        private final List<Long> read = new ArrayList<>();
        private final Run run;
        private final ResumableDelivery delivery;
        private @Nullable EventReader reader;
        private @Nullable Received end;
        private int delivered;
        private boolean connectedWhenCancelled;
        private long offered;

        Scene(long seed) {
            tasks = new SeededTasks(seed);
            ServedConfiguration served = pattern.served();
            run = new Run(
                    "task",
                    served,
                    served.workflows(Caller.ANYONE).get(0),
                    pattern.filter(),
                    Map.of(),
                    pattern.ticket(),
                    Reservation.none(),
                    new Permit(() -> {}),
                    log,
                    ended -> connectedWhenCancelled = ended.state() instanceof RunState.Cancelled && isConnected());
            run.begin();
            delivery = new ResumableDelivery(
                    run,
                    new RoomSource(new RunSource(run, queue), log, 2),
                    Duration.ofSeconds(1),
                    new Tasks(tasks),
                    tasks.timers(),
                    () -> delivered++);
            run.deliverThrough(delivery);
        }

        private boolean isConnected() {
            EventReader open = reader;
            return open != null && open.isOpen();
        }

        private void connect() {
            reader = delivery.follow(read.size());
            look(reader);
        }

        /** Reads in tasks, while {@code own} is the client's connection. */
        private void look(EventReader own) {
            tasks.steps(() -> {
                if (own != reader || !own.isOpen()) {
                    return;
                }
                Received received = own.poll(() -> look(own));
                if (received instanceof Received.Chunk chunk) {
                    read.add(((Numbered) chunk.value()).number());
                    look(own);
                } else if (received != null) {
                    end = received;
                    own.close();
                }
            });
        }

        private void leave() {
            EventReader left = reader;
            if (left != null && end == null) {
                left.close();
            }
        }

        private void produce() {
            tasks.steps(() -> {
                while (offered < CHUNKS && !queue.isCancelled()) {
                    if (!queue.offer("c" + offered)) {
                        queue.onWritable(this::produce);
                        return;
                    }
                    offered++;
                }
                queue.complete();
            });
        }

        private void comeBack() {
            if (!isConnected() && end == null) {
                connect();
            }
        }
    }

    @Test
    void theRunGoesOnOrTheClientIsToldAndNothingWaitsForEver() {
        int resumed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(seed);
            scene.connect();
            scene.delivery.start();
            scene.produce();
            for (int i = scene.tasks.pick(3); i > 0; i--) {
                scene.tasks.steps(scene::leave, scene::comeBack);
            }
            if (scene.tasks.pick(6) == 0) {
                scene.tasks.steps(scene::connect);
            }
            if (scene.tasks.pick(10) == 0) {
                scene.tasks.refuseAfter(scene.tasks.pick(6));
            }
            scene.tasks.runAll();
            assertThat(scene.connectedWhenCancelled)
                    .as("seed %d: cancelled under a client that is connected", seed)
                    .isFalse();
            assertThat(scene.run.state().ended())
                    .as("seed %d: the run ends", seed)
                    .isTrue();
            assertThat(scene.delivered).as("seed %d: delivered", seed).isEqualTo(1);
            assertThat(scene.queue.offer("late"))
                    .as("seed %d: the producer is let go", seed)
                    .isFalse();
            for (int i = 0; i < scene.read.size(); i++) {
                assertThat(scene.read.get(i))
                        .as("seed %d: %s", seed, scene.read)
                        .isEqualTo(i + 1L);
            }
            if (scene.end instanceof Received.Completed) {
                assertThat(scene.read).as("seed %d", seed).hasSize(CHUNKS);
                assertThat(scene.run.hasCompleted()).as("seed %d", seed).isTrue();
                resumed++;
            } else if (scene.isConnected()) {
                assertThat(scene.end).as("seed %d: the client is told", seed).isNotNull();
            }
        }
        assertThat(resumed).isGreaterThan(SEEDS / 4);
    }
}
