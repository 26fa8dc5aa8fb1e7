package dev.weir.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Tasks, timers and the steps of a test in an order that a seed decides, all on the calling thread. A timer may fire at any
 * time. Running code may {@linkplain #interleave interleave} other tasks, as other threads would. The same seed gives the
 * same order.
 */
public final class SeededTasks implements Executor {
    private static final int MOST_DEPTH = 4;

    private final Random random;
    private final List<Runnable> waiting = new ArrayList<>();
    private final ManualTimers timers = new ManualTimers(waiting::add);
    private int depth;
    private int left = Integer.MAX_VALUE;

    /**
     * Creates tasks.
     *
     * @param seed decides the order
     */
    public SeededTasks(long seed) {
        random = new Random(seed);
    }

    /** Refuses every task after the next {@code count}. */
    public void refuseAfter(int count) {
        left = count;
    }

    @Override
    public void execute(Runnable task) {
        if (left == 0) {
            throw new RejectedExecutionException("by the test");
        }
        left--;
        waiting.add(task);
    }

    /** Timers that run among the tasks. */
    public Timers timers() {
        return new Timers(timers);
    }

    /** Runs these steps in sequence, with other tasks between them. */
    public void steps(Runnable... steps) {
        step(0, steps);
    }

    private void step(int index, Runnable... steps) {
        if (index < steps.length) {
            waiting.add(() -> {
                steps[index].run();
                step(index + 1, steps);
            });
        }
    }

    /** A number from 0 to below {@code bound}. */
    public int pick(int bound) {
        return random.nextInt(bound);
    }

    /** Runs some of the waiting tasks now, as other threads might. The caller must not hold a lock that they would wait for. */
    public void interleave() {
        if (depth == MOST_DEPTH) {
            return;
        }
        depth++;
        try {
            while (!waiting.isEmpty() && random.nextInt(3) == 0) {
                next().run();
            }
        } finally {
            depth--;
        }
    }

    private Runnable next() {
        return waiting.remove(random.nextInt(waiting.size()));
    }

    /** Runs all tasks until none waits. */
    public void runAll() {
        while (!waiting.isEmpty()) {
            next().run();
        }
    }
}
