package dev.weir.hub;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import org.jspecify.annotations.Nullable;

/** Why the Hub did not give something. */
final class HubFault extends WeirException {
    private static final long serialVersionUID = 1L;

    /** What can be done about it here. */
    enum Kind {
        /** There is no such repository, revision or file, or none that this token may see. */
        ABSENT,
        /** The answer did not come, or not whole; asking again may help. */
        TRANSIENT,
        /** Neither. */
        FINAL
    }

    private final Kind kind;

    HubFault(Kind kind, String message, @Nullable Throwable cause) {
        super(ErrorCode.NOT_READY, message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
