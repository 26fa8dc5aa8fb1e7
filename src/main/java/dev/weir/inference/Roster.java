package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The open sequences of a scheduler, where each stands, and whether its loop runs: one lock over all of it, so that the
 * loop never ends while something waits. Thread-safe.
 */
final class Roster {
    private static final Round NOTHING = new Round(List.of(), List.of());

    private final int maxRunning;
    private final int maxOpen;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private final List<Sequence> paused = new ArrayList<>();
    /** Those that have ended while the loop was not looking, and whose caches are the loop's to free. */
    private final List<Sequence> left = new ArrayList<>();

    private final TokenRate rate = new TokenRate();
    private long tokens;
    private boolean looping;
    private boolean closed;
    private boolean freeing;
    private boolean freed;

    Roster(int maxRunning, int maxWaiting) {
        this.maxRunning = maxRunning;
        this.maxOpen = maxRunning + maxWaiting;
    }

    /** Lets new sequences wait for their turn; refuses them when closed, or when more would be open than may be. */
    void admit(List<? extends Sequence> sequences) {
        lock.lock();
        try {
            if (closed) {
                throw new WeirException(ErrorCode.NOT_READY, "the model is closed");
            }
            if (state().open() + sequences.size() > maxOpen) {
                throw new WeirException(
                        ErrorCode.TOO_MANY_RUNS,
                        "too many generations of the model are open (" + maxOpen
                                + ", weir.model.max-batch and weir.model.queue): retry later");
            }
            waiting.addAll(sequences);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** True if there is work and no loop: the caller must start one, which from now on counts as running. */
    boolean claimLoop() {
        lock.lock();
        try {
            if (looping || closed || (waiting.isEmpty() && left.isEmpty())) {
                return false;
            }
            looping = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The loop's work until it asks again.
     *
     * @param running sequences to decode
     * @param left sequences to free
     */
    record Round(List<Sequence> running, List<Sequence> left) {
        boolean isEmpty() {
            return running.isEmpty() && left.isEmpty();
        }
    }

    /** Gives free places to those that wait. What there is to do; if nothing, the loop counts as ended. */
    Round nextRound() {
        lock.lock();
        try {
            while (!closed && !waiting.isEmpty() && hasPlaceFor(waiting.getFirst())) {
                running.add(waiting.removeFirst());
            }
            List<Sequence> gone = List.copyOf(left);
            left.clear();
            looping = !closed && !(running.isEmpty() && gone.isEmpty());
            changed.signalAll();
            return looping ? new Round(List.copyOf(running), gone) : NOTHING;
        } finally {
            lock.unlock();
        }
    }

    /** A sequence that is wider than all places runs by itself. */
    private boolean hasPlaceFor(Sequence sequence) {
        int taken = running.stream().mapToInt(Sequence::width).sum();
        return taken == 0 || taken + sequence.width() <= maxRunning;
    }

    /** Counts tokens. */
    void generated(int count) {
        lock.lock();
        try {
            tokens += count;
            rate.add(count);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes out a running sequence. */
    void end(Sequence sequence) {
        lock.lock();
        try {
            running.remove(sequence);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a running sequence's place until {@link #resume}. */
    void pause(Sequence sequence) {
        lock.lock();
        try {
            running.remove(sequence);
            paused.add(sequence);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets a paused sequence wait before all others; one that is not paused stays where it is. */
    void resume(Sequence sequence) {
        lock.lock();
        try {
            if (paused.remove(sequence)) {
                waiting.addFirst(sequence);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes out a sequence that is not running; false if it is not there, or is running. */
    boolean drop(Sequence sequence) {
        lock.lock();
        try {
            boolean dropped = waiting.remove(sequence) || paused.remove(sequence);
            if (dropped) {
                left.add(sequence);
            }
            changed.signalAll();
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Everything that a loop leaves.
     *
     * @param open sequences to fail and to free
     * @param left sequences to free
     */
    record Leaving(List<Sequence> open, List<Sequence> left) {}

    /** Takes out every sequence. The loop counts as running until {@link #endLoop}. Only for the loop itself, or while there is none. */
    Leaving clear() {
        lock.lock();
        try {
            List<Sequence> open = new ArrayList<>(running);
            open.addAll(paused);
            open.addAll(waiting);
            Leaving leaving = new Leaving(open, List.copyOf(left));
            running.clear();
            paused.clear();
            waiting.clear();
            left.clear();
            changed.signalAll();
            return leaving;
        } finally {
            lock.unlock();
        }
    }

    /** Counts the loop as ended; what was admitted meanwhile needs another. */
    void endLoop() {
        lock.lock();
        try {
            looping = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Admits nothing more, and lets the loop end after its step. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is admitted any more. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** True once, when this is closed and the loop has ended: the caller must free what the loop used, and say so. */
    boolean claimFreeing() {
        lock.lock();
        try {
            if (!closed || looping || freeing) {
                return false;
            }
            freeing = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What the loop used is free. */
    void freed() {
        lock.lock();
        try {
            freed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits at most {@code timeout} until what the loop used is free. */
    void awaitFreed(Duration timeout) {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (!freed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    SchedulerState state() {
        lock.lock();
        try {
            return new SchedulerState(running.size(), waiting.size(), paused.size(), tokens);
        } finally {
            lock.unlock();
        }
    }

    /** Tokens a second, over the last whole second. */
    double tokensPerSecond() {
        lock.lock();
        try {
            return rate.perSecond();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the state is as wanted; false if it is not within {@code timeout}. */
    boolean awaitState(Predicate<SchedulerState> wanted, Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeout.toNanos();
            while (!wanted.test(state())) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
