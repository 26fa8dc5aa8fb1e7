package dev.weir.sse;

import dev.weir.WeirException;

/** A response that {@link OpenResponses} looks after. Thread-safe; nothing here blocks. */
public interface Watched {
    /** What a look at a response finds. */
    enum Finding {
        FINE,
        /** Its client takes nothing, for longer than it may. */
        STALLED,
        /** Nothing can be written to the client now, which may have gone. */
        UNHEARD
    }

    /** Looks what is due by now, and says what is wrong. */
    Finding look(long nowNanos);

    /** Ends with a client that takes nothing. */
    void drop();

    /** Ends with a client that has gone, seen elsewhere than in a write. */
    void leave();

    /** Ends now, with {@code why} as the last word; a write that is under way is broken off. */
    void cutOff(WeirException why);

    /** The response that is written. */
    Object response();
}
