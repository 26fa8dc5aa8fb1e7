package dev.weir.process;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.SerialRegistration;
import dev.weir.stream.Tasks;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One command from its start to the end of all its processes and outputs. Thread-safe; no method blocks.
 *
 * <p>{@link CommandRunner} starts it.
 */
public final class CommandRun {
    /** The shortest wait before the time of a command is compared again, while the consumer is slow. */
    private static final long COMPARED_AGAIN_NANOS = 100_000_000;

    private final Command command;
    private final Outputs outputs;
    private final Supervisor host;
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    // Guarded by this:
    private @Nullable WeirException stopped;
    private @Nullable ServiceProcess life;

    /**
     * Reads the outputs of a command, each on a thread of its own, which may block. It reads to the end, also after
     * {@link #stopped}: an output that is not read stops the command.
     */
    public interface Outputs {
        /** Reads the standard output. */
        void stdout(InputStream output) throws IOException;

        /** Reads the standard error. */
        void stderr(InputStream output) throws IOException;

        /**
         * Returns the time in which the reading has waited for a consumer, up to now. It does not count as time of the
         * command. Must not block.
         */
        default long heldNanos() {
            return 0;
        }

        /** The command is being stopped: no wait for a consumer may go on. Must not block. */
        void stopped(WeirException why);
    }

    CommandRun(Command command, Outputs outputs, Supervisor host) {
        this.command = command;
        this.outputs = outputs;
        this.host = host;
    }

    /** Begins the command, and stops it when it has worked for {@code timeout}. */
    void begin(Duration timeout, ServiceLog log) {
        WorkTimeout working = new WorkTimeout(timeout);
        Continuations.closing(over, working);
        working.compareAfter(timeout);
        host.begin(() -> start(log), refusal -> fail(Tasks.refusal(refusal)));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The futures of this run report the end.
    private void start(ServiceLog log) {
        if (isStopped()) {
            over.complete(null);
            return;
        }
        ServiceProcess born;
        try {
            born = ServiceProcess.start(command, host, log, outputs);
        } catch (RuntimeException | Error e) {
            fail(WeirException.of(e));
            return;
        }
        // Registered first, so that every later failure ends there.
        born.treeEnded().thenAcceptBoth(born.outputsRead(), (ended, read) -> {
            status.complete(ended);
            over.complete(null);
        });
        boolean wanted;
        synchronized (this) {
            life = born;
            wanted = stopped == null;
        }
        if (wanted) {
            begun.complete(null);
        } else {
            born.end();
        }
    }

    private synchronized boolean isStopped() {
        return stopped != null;
    }

    /** Ends a command of which no process was started. */
    private void fail(WeirException why) {
        stop(why);
        over.complete(null);
    }

    /** Ends the command with all its processes: SIGTERM now, SIGKILL after the grace period. The first reason is kept. */
    public void stop(WeirException why) {
        ServiceProcess living;
        synchronized (this) {
            if (stopped != null || status.isDone()) {
                return;
            }
            stopped = why;
            living = life;
        }
        begun.completeExceptionally(why);
        status.completeExceptionally(why);
        outputs.stopped(why);
        if (living != null) {
            host.run(living::end);
        }
    }

    /** Sends SIGTERM, which starts the grace period. Does not wait. */
    void terminate() {
        ServiceProcess living;
        synchronized (this) {
            living = life;
        }
        if (living != null) {
            living.terminate();
        }
    }

    /** Completes when the command has started; fails with the reason if it cannot start or is stopped before. */
    public CompletableFuture<Void> begun() {
        return begun;
    }

    /**
     * Completes with the exit status when all processes have ended and both outputs are read; fails at once with the reason
     * of {@link #stop}.
     */
    public CompletableFuture<Integer> status() {
        return status;
    }

    /** Completes when no process of the command lives. */
    public CompletableFuture<Void> over() {
        return over;
    }

    /** The time-out of the command. The time in which the command waits for the consumer of its output does not count. */
    private final class WorkTimeout implements Cancellation.Registration {
        private final Duration timeout;
        private final long begun = host.nanoTime();
        private final SerialRegistration timer = new SerialRegistration();

        WorkTimeout(Duration timeout) {
            this.timeout = timeout;
        }

        private void compareAfter(Duration wait) {
            timer.set(host.after(wait, this::compare, refusal -> stop(Tasks.refusal(refusal))));
        }

        private void compare() {
            long left = timeout.toNanos() - (host.nanoTime() - begun - outputs.heldNanos());
            if (left > 0) {
                compareAfter(Duration.ofNanos(Math.max(left, COMPARED_AGAIN_NANOS)));
            } else {
                stop(new WeirException(
                        ErrorCode.TIMED_OUT,
                        "the command " + command + " takes too long (at most " + timeout.toMillis() + " ms, timeout)"));
            }
        }

        @Override
        public void close() {
            timer.close();
        }
    }
}
