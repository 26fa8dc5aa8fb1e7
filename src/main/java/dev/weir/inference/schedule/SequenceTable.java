package dev.weir.inference.schedule;

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
 * The open sequences of a scheduler, their states, and whether its loop runs. Thread-safe.
 *
 * <p>One lock guards all of it, so that the loop never ends while a sequence waits.
 */
final class SequenceTable {
    private static final Round NOTHING = new Round(List.of(), List.of());

    private final int maxRunning;
    private final int maxOpen;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private final List<Sequence> paused = new ArrayList<>();
    /** Sequences that ended outside the loop; only the loop may free their caches. */
    private final List<Sequence> left = new ArrayList<>();

    private final TokenRate rate = new TokenRate();
    private long tokens;
    private boolean looping;
    private boolean closed;
    private boolean freeing;
    private boolean freed;

    SequenceTable(int maxRunning, int maxWaiting) {
        this.maxRunning = maxRunning;
        this.maxOpen = maxRunning + maxWaiting;
    }

    /**
     * Adds new sequences to the waiting ones.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if this is closed; {@link ErrorCode#TOO_MANY_RUNS} if the limit of open
     *     sequences is reached
     */
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

    /** Returns true if there is work and no loop. Then the loop counts as running, and the caller must start it. */
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

    /** The work of one round of the loop. */
    record Round(List<Sequence> running, List<Sequence> left) {
        boolean isEmpty() {
            return running.isEmpty() && left.isEmpty();
        }
    }

    /** Gives free places to waiting sequences and returns the loop's next work. If that is empty, the loop counts as ended. */
    Round nextRound() {
        lock.lock();
        try {
            while (!closed && !waiting.isEmpty() && hasPlaceFor(waiting.getFirst())) {
                running.add(waiting.removeFirst());
            }
            List<Sequence> ended = List.copyOf(left);
            left.clear();
            looping = !closed && !(running.isEmpty() && ended.isEmpty());
            changed.signalAll();
            return looping ? new Round(List.copyOf(running), ended) : NOTHING;
        } finally {
            lock.unlock();
        }
    }

    /** Returns true if enough places are free. A sequence that is wider than all places runs alone. */
    private boolean hasPlaceFor(Sequence sequence) {
        int taken = running.stream().mapToInt(Sequence::width).sum();
        return taken == 0 || taken + sequence.width() <= maxRunning;
    }

    /** Counts generated tokens. */
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

    /** Removes a running sequence. */
    void end(Sequence sequence) {
        lock.lock();
        try {
            running.remove(sequence);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Frees a running sequence's place until {@link #resume}. */
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

    /** Puts a paused sequence before all waiting ones; has no effect on a sequence that is not paused. */
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

    /** Removes a waiting or paused sequence; returns false if it is running or unknown. */
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

    /** All sequences that remain at the end of a loop. */
    record Leaving(List<Sequence> open, List<Sequence> left) {}

    /**
     * Removes every sequence. The loop counts as running until {@link #endLoop}. Call it only from the loop, or while there is no
     * loop.
     */
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

    /** Counts the loop as ended. Sequences that were admitted in the meantime need a new loop. */
    void endLoop() {
        lock.lock();
        try {
            looping = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses new sequences from now on; the loop ends after its step. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns true after {@link #close}. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns true once, when this is closed and the loop has ended. The caller must free the loop's resources and call {@link
     * #freed}.
     */
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

    /** Records that the loop's resources are freed. */
    void freed() {
        lock.lock();
        try {
            freed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until the loop's resources are freed, at most {@code timeout}. */
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

    /** Returns the tokens that were generated in the last whole second. */
    double tokensPerSecond() {
        lock.lock();
        try {
            return rate.perSecond();
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until {@code wanted} accepts the state, at most {@code timeout}; returns false after the time-out. */
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
