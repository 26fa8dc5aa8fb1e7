package dev.weir.hub;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import org.jspecify.annotations.Nullable;

/** A failed request to the Hub, or a failure of its cache. */
final class HubFault extends WeirException {
    private static final long serialVersionUID = 1L;

    /** The kind of a failure; decides whether an alternative or a retry makes sense. */
    enum Kind {
        /** The repository, revision or file does not exist, or the token may not see it. */
        ABSENT,
        /** The response is missing or incomplete; a retry may help. */
        TRANSIENT,
        /** Any other failure; a retry does not help. */
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
