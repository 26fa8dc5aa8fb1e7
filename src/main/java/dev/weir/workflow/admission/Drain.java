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
 * The way in, and how many runs are inside. It closes for good before the application ends, and for as long as an operator
 * wants it closed. A run is inside from its admission until its client has been answered, not only until its work is done,
 * since its last bytes are still to be written then. Thread-safe.
 */
public final class Drain {
    private static final String OUT_OF_SERVICE = "the server was taken out of service (weir.shutdown.file)";

    private final Optional<Path> sign;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();
    private boolean closed;
    private int inside;

    /** @param sign a file that takes this server out of service while it exists; looked for whenever somebody comes */
    public Drain(Optional<Path> sign) {
        this.sign = sign;
    }

    /**
     * Lets one in, who must {@link #leave}.
     *
     * @throws WeirException {@link ErrorCode#SHUTTING_DOWN} if this is closed
     */
    public void enter() {
        boolean signed = isSigned();
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

    private boolean isSigned() {
        return sign.isPresent() && Files.exists(sign.get());
    }

    /** One less is inside. */
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

    /** Lets nobody in any more. */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Why nobody is let in; empty if everyone is. */
    public Optional<String> refusal() {
        lock.lock();
        try {
            if (closed) {
                return Optional.of(WeirException.shuttingDown(null).detail());
            }
        } finally {
            lock.unlock();
        }
        return isSigned() ? Optional.of(OUT_OF_SERVICE) : Optional.empty();
    }

    /** How many are inside. */
    public int inside() {
        lock.lock();
        try {
            return inside;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nobody is inside; how many still are when {@code patience} has passed. */
    public int awaitEmpty(Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
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
