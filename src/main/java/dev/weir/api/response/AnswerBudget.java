package dev.weir.api.response;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget of whole answers while they are written. Small answers are not counted. If nothing is reserved, an answer of
 * any size is allowed. Thread-safe.
 */
public final class AnswerBudget {
    /** The size in bytes from which an answer is counted. */
    static final int COUNTED_BYTES = 1 << 20;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    /**
     * Begins with nothing reserved.
     *
     * @param most the most bytes of all large answers together
     */
    public AnswerBudget(long most) {
        this.most = most;
    }

    /**
     * Reserves the memory of an answer. Does not block.
     *
     * @return releases the memory; to be run once
     * @throws WeirException {@link ErrorCode#OVERLOADED} if other answers use the budget up
     */
    public Runnable hold(long bytes) {
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

    /** The number of reserved bytes. */
    long held() {
        return held.get();
    }
}
