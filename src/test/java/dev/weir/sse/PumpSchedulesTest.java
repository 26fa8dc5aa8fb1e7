package dev.weir.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.ManualTimers;
import dev.weir.stream.Received;
import dev.weir.stream.SeededTasks;
import dev.weir.stream.SerialTask;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Writes, source, failures, disconnects and checks of a pump in any order. The pump ends its response once, and releases
 * everything.
 */
@Timeout(60)
class PumpSchedulesTest {
    private static final int SEEDS = 8_000;
    private static final long LATER = Duration.ofHours(1).toNanos();
    private static final Duration SHORT = Duration.ofMillis(1);

    /** One pump and its environment. */
    private static final class Scene implements ResponsePump.Owner {
        private final SeededTasks tasks;
        private final List<String> faults = new ArrayList<>();
        private final List<String> written = new ArrayList<>();
        private final ResponsePump pump;
        private final ChunkQueue queue = new ChunkQueue(2);
        private int closed;
        private int over;
        private int ended;

        Scene(long seed) {
            tasks = new SeededTasks(seed);
            OpenResponses open = new OpenResponses(
                    new OpenResponses.Limits(SHORT, SHORT, SHORT),
                    new Timers(new ManualTimers()),
                    new Tasks(tasks),
                    responses -> List.of());
            pump = new ResponsePump(new Response(), this, new DeliveryStats(), new Tasks(tasks), open);
        }

        private ResponsePump.Stream stream(@Nullable ChunkSource source) {
            return new ResponsePump.Stream(EventFraming.json(), Map.of(), 200, source);
        }

        /** The queue; other tasks run between its steps. */
        private ChunkSource source() {
            return new ChunkSource() {
                @Override
                public @Nullable Received poll(Runnable whenReadable) {
                    tasks.interleave();
                    return queue.poll(whenReadable);
                }

                @Override
                public void close() {
                    closed++;
                    queue.close();
                    mayFail();
                }
            };
        }

        private void offer(Object chunk) {
            if (!queue.offer(chunk)) {
                queue.onWritable(() -> queue.offer(chunk));
            }
        }

        @Override
        public ResponsePump.Whole refusal(WeirException failure) {
            tasks.interleave();
            mayFail();
            return new ResponsePump.Whole(failure.code().status(), new LinkedHashMap<>(), new byte[] {'!'}, 0);
        }

        @Override
        public String problem(WeirException failure) {
            tasks.interleave();
            mayFail();
            return "{}";
        }

        @Override
        public WeirException reason(WeirException failure) {
            return failure;
        }

        @Override
        public void clientLost(String reason) {
            tasks.interleave();
            queue.close();
            mayFail();
        }

        private void mayFail() {
            if (tasks.pick(40) == 0) {
                throw new StackOverflowError("by the test");
            }
        }

        @Override
        public void ended() {
            over++;
            fault(ended != 1, "over before the response has ended");
        }

        private void fault(boolean wrong, String what) {
            if (wrong) {
                faults.add(what);
            }
        }

        private final class Response extends ResponseStream {
            private boolean begun;

            @Override
            public void begin(int status, Map<String, String> headers) {
                fault(begun, "begun twice");
                fault(ended > 0, "begun after its end");
                begun = true;
                tasks.interleave();
            }

            @Override
            public void write(int one) {
                faults.add("a byte at a time");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                fault(!begun || ended > 0, "written outside of the response");
                tasks.interleave();
                written.add(new String(bytes, from, length, StandardCharsets.UTF_8));
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("by the test");
                }
                if (tasks.pick(40) == 0) {
                    throw new IOException("by the test");
                }
            }

            @Override
            public void flush() {
                fault(ended > 0, "flushed after its end");
            }

            @Override
            public void abort() {
                end();
            }

            @Override
            public void end() {
                ended++;
                tasks.interleave();
                mayFail();
            }
        }
    }

    private static WeirException failure() {
        return new WeirException(ErrorCode.UPSTREAM_FAILED, "by the test");
    }

    /** Adds some events that may happen to a pump; one of the first three always happens. */
    private static boolean happenings(Scene scene) {
        SeededTasks tasks = scene.tasks;
        ResponsePump pump = scene.pump;
        int main = tasks.pick(4);
        if (main < 3) {
            if (tasks.pick(2) == 0) {
                pump.announce(scene.stream(null));
            }
            tasks.steps(pump::runBegan, () -> pump.stream(scene.stream(scene.source())));
            Runnable last = tasks.pick(3) == 0 ? () -> scene.queue.fail(failure()) : scene.queue::complete;
            tasks.steps(() -> scene.offer("a"), () -> scene.offer("b"), () -> scene.offer("c"), last);
        } else {
            tasks.steps(() -> pump.answer(new ResponsePump.Whole(200, Map.of(), new byte[] {'w'}, 0), scene.source()));
            scene.queue.complete();
        }
        if (tasks.pick(3) == 0) {
            tasks.steps(() -> pump.fail(failure()));
        }
        if (tasks.pick(3) == 0) {
            tasks.steps(() -> pump.cutOff(failure()));
        }
        if (tasks.pick(4) == 0) {
            tasks.steps(tasks.pick(2) == 0 ? pump::endDisconnected : pump::endStalled);
        }
        tasks.steps(() -> pump.check(System.nanoTime() + LATER), () -> pump.check(System.nanoTime() + 2 * LATER));
        if (tasks.pick(8) == 0) {
            tasks.refuseAfter(tasks.pick(6));
        }
        return main < 3;
    }

    /** The loggers of intended failures. */
    private static List<Logger> quiet() {
        List<Logger> loggers =
                List.of(Logger.getLogger(ResponsePump.class.getName()), Logger.getLogger(SerialTask.class.getName()));
        loggers.forEach(logger -> logger.setLevel(Level.OFF));
        return loggers;
    }

    @Test
    void whateverHappensTheResponseEndsOnceAndItsSourceIsClosed() {
        List<Logger> quiet = quiet();
        for (long seed = 0; seed < SEEDS; seed++) {
            Scene scene = new Scene(seed);
            boolean streamed = happenings(scene);
            scene.tasks.runAll();
            assertThat(Thread.interrupted())
                    .as("seed %d: an interrupt is left", seed)
                    .isFalse();
            assertThat(scene.faults).as("seed %d", seed).isEmpty();
            assertThat(scene.ended).as("seed %d: ends", seed).isEqualTo(1);
            assertThat(scene.over).as("seed %d: over", seed).isEqualTo(1);
            assertThat(!streamed || scene.closed > 0)
                    .as("seed %d: the source is closed", seed)
                    .isTrue();
        }
        quiet.forEach(logger -> logger.setLevel(null));
    }
}
