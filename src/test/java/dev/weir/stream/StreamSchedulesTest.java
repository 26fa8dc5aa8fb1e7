package dev.weir.stream;

import static dev.weir.stream.Schedules.explore;
import static dev.weir.stream.Schedules.require;
import static dev.weir.stream.Schedules.together;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The queue between two threads, and the two kinds of serial actions, under many schedules. */
@Tag("schedules")
class StreamSchedulesTest {
    private static final int MANY = 80;

    private static void produce(ChunkSink sink, int count) {
        for (int i = 1; i <= count && !sink.isCancelled(); ) {
            if (sink.offer(i)) {
                i++;
            } else {
                Schedules.Signal writable = new Schedules.Signal();
                sink.onWritable(writable);
                writable.await();
            }
        }
        sink.complete();
    }

    /** Reads to the end. Returns the chunks and then the end. */
    private static List<Object> consume(ChunkSource source) {
        List<Object> read = new ArrayList<>();
        while (true) {
            Schedules.Signal readable = new Schedules.Signal();
            Received received = source.poll(readable);
            if (received == null) {
                readable.await();
            } else if (received instanceof Received.Chunk chunk) {
                read.add(chunk.value());
            } else {
                read.add(received.getClass());
                return read;
            }
        }
    }

    @Test
    void aQueueLosesNoChunkNoEndAndNoWakeUp() {
        explore(MANY, () -> {
            ChunkQueue queue = new ChunkQueue(1);
            List<Object> read = new ArrayList<>();
            together(() -> produce(queue, 2), () -> read.addAll(consume(queue)));
            require(read.equals(List.of(1, 2, Received.Completed.class)), "read " + read);
        });
    }

    @Test
    void aQueueThatIsClosedWakesBothSidesAndTellsItsProducerOnce() {
        explore(MANY, () -> {
            ChunkQueue queue = new ChunkQueue(1);
            AtomicInteger told = new AtomicInteger();
            List<Object> read = new ArrayList<>();
            together(
                    () -> {
                        queue.onCancel(told::incrementAndGet);
                        produce(queue, 2);
                    },
                    () -> read.addAll(consume(queue)),
                    queue::close);
            Object end = read.get(read.size() - 1);
            boolean whole = read.equals(List.of(1, 2, Received.Completed.class));
            require(whole || end == Received.Failed.class, "read " + read);
            require(told.get() == 1 || (whole && told.get() == 0), "the producer was told " + told + " times");
            require(!queue.offer(3), "a chunk was taken after the close");
        });
    }

    /** Checks that it does not run twice at once, and records the signals before its last run. */
    private static final class Watched implements Runnable {
        private final AtomicInteger said = new AtomicInteger();
        private boolean running;
        private boolean twice;
        private int seen;

        @Override
        public void run() {
            twice |= running;
            running = true;
            seen = said.get();
            running = false;
        }

        void require(int count) {
            Schedules.require(!twice, "it ran twice at once");
            Schedules.require(seen == count, "the last run saw " + seen + " of " + count);
        }
    }

    @Test
    void aSerialActionRunsAfterEachSignalAndNeverTwiceAtOnce() {
        explore(MANY, () -> {
            Watched action = new Watched();
            SerialAction serial = new SerialAction(action);
            Schedules.Code signal = () -> {
                action.said.incrementAndGet();
                serial.signal();
            };
            together(signal, signal, signal);
            action.require(3);
        });
    }

    @Test
    void aSerialTaskRunsAfterEachSignalAndNeverTwiceAtOnce() {
        explore(MANY, () -> {
            Watched action = new Watched();
            Schedules.Threads threads = new Schedules.Threads();
            SerialTask serial = new SerialTask(new Tasks(threads), action, refusal -> require(false, "refused"));
            Schedules.Code signal = () -> {
                action.said.incrementAndGet();
                serial.signal();
            };
            together(signal, signal);
            threads.join();
            action.require(2);
        });
    }

    @Test
    void aSerialTaskIsRefusedOnceAndRunsNoMore() {
        explore(MANY, () -> {
            Watched action = new Watched();
            Schedules.Threads threads = new Schedules.Threads();
            AtomicInteger handedOver = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            SerialTask serial = new SerialTask(
                    new Tasks(task -> {
                        if (handedOver.incrementAndGet() > 1) {
                            throw new RejectedExecutionException("by the test");
                        }
                        threads.execute(task);
                    }),
                    action,
                    refusal -> {
                        action.run();
                        refused.incrementAndGet();
                    });
            Schedules.Code signal = () -> {
                action.said.incrementAndGet();
                serial.signal();
            };
            together(signal, signal);
            threads.join();
            int refusals = refused.get();
            require(refusals == (handedOver.get() > 1 ? 1 : 0), "refused " + refusals + " times");
            action.require(2);
            serial.signal();
            serial.signal();
            threads.join();
            require(refused.get() == 1 && handedOver.get() == 2, "a task was handed over after its refusal");
        });
    }
}
