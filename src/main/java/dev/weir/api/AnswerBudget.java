package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of whole answers that are being written, for as long as their clients take. Small ones are not counted. Where nothing is
 * held an answer of any size may be written. Thread-safe.
 */
final class AnswerBudget {
    /** A smaller answer is not counted. */
    static final int COUNTED_BYTES = 1 << 20;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** @param most the most bytes that large answers hold together */
    AnswerBudget(long most) {
        this.most = most;
    }

    /**
     * Holds the memory of an answer.
     *
     * @return gives it back, once
     * @throws WeirException {@link ErrorCode#OVERLOADED} if other answers hold too much
     */
    Runnable hold(long bytes) {
        if (bytes < COUNTED_BYTES) {
            return () -> {};
        }
        long now;
        do {
            now = held.get();
            if (now > 0 && now + bytes > most) {
                throw new WeirException(
                        ErrorCode.OVERLOADED,
                        "answers that wait for their clients are too large together (" + most
                                + " bytes, weir.http.body-memory): retry later");
            }
        } while (!held.compareAndSet(now, now + bytes));
        return () -> held.addAndGet(-bytes);
    }

    /** How many bytes are held. */
    long held() {
        return held.get();
    }
}
