package dev.weir.workflow.admission;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The entrance of runs, with a count of the runs inside. The shutdown closes it permanently. The file of an operator closes
 * it while the file exists. A run is inside from its admission until its client has been answered, since its last bytes are
 * written after its end. Thread-safe.
 */
public final class Drain {
    private static final String OUT_OF_SERVICE = "the server was taken out of service (weir.shutdown.file)";

    private final Optional<Path> outOfServiceFile;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();
    private boolean closed;
    private int inside;

    /**
     * Creates an open entrance.
     *
     * @param outOfServiceFile a file that takes this server out of service while it exists; checked for each run
     */
    public Drain(Optional<Path> outOfServiceFile) {
        this.outOfServiceFile = outOfServiceFile;
    }

    /**
     * Counts a run as inside; {@link #leave} must follow.
     *
     * @throws WeirException {@link ErrorCode#SHUTTING_DOWN} if this is closed or the file exists
     */
    public void enter() {
        boolean signed = isOutOfService();
        lock.lock();
        try {
            if (closed) {
                throw WeirException.shuttingDown(null);
            }
            if (signed) {
                throw new WeirException(ErrorCode.SHUTTING_DOWN, OUT_OF_SERVICE);
            }
            inside++;
        } finally {
            lock.unlock();
        }
    }

    private boolean isOutOfService() {
        return outOfServiceFile.isPresent() && Files.exists(outOfServiceFile.get());
    }

    /** Ends the stay of one run. */
    public void leave() {
        lock.lock();
        try {
            if (--inside == 0) {
                empty.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Refuses all further runs. */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the reason why runs are refused; empty if they are admitted. */
    public Optional<String> refusal() {
        lock.lock();
        try {
            if (closed) {
                return Optional.of(WeirException.shuttingDown(null).detail());
            }
        } finally {
            lock.unlock();
        }
        return isOutOfService() ? Optional.of(OUT_OF_SERVICE) : Optional.empty();
    }

    /** Returns the number of runs inside. */
    public int inside() {
        lock.lock();
        try {
            return inside;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no run is inside, at most {@code limit}. Returns the number of runs that are still inside. */
    public int awaitEmpty(Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (inside > 0 && nanos > 0) {
                nanos = empty.awaitNanos(nanos);
            }
            return inside;
        } finally {
            lock.unlock();
        }
    }
}
