package dev.weir.stream;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Control;

/** Moves chunks from one thread to another. Each thread waits for the other when necessary. */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChunkQueueBenchmark {
    private static final int CAPACITY = 64;
    private static final Duration PATIENCE = Duration.ofMillis(1);

    private final ChunkQueue queue = new ChunkQueue(CAPACITY);
    private final Semaphore writable = new Semaphore(0);
    private final Runnable wake = writable::release;

    /** The producer: waits for room while the queue is full. */
    @Benchmark
    @Group("handOver")
    public void offer(Control control) throws InterruptedException {
        while (!queue.offer(" upon") && !control.stopMeasurement) {
            queue.onWritable(wake);
            writable.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** The consumer: waits for a chunk while the queue is empty. */
    @Benchmark
    @Group("handOver")
    public @Nullable Received take(Control control) throws InterruptedException {
        Received received = BlockingReader.poll(queue, PATIENCE);
        while (received == null && !control.stopMeasurement) {
            received = BlockingReader.poll(queue, PATIENCE);
        }
        return received;
    }
}
