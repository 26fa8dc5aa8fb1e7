package dev.weir.face;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/** A field of a request that is invalid, or that this server cannot honour. Its code is {@link ErrorCode#INVALID_INPUT}. */
public final class RefusedFieldException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final boolean isUnsupported;

    private RefusedFieldException(String field, boolean isUnsupported, String message) {
        super(ErrorCode.INVALID_INPUT, message);
        this.field = field;
        this.isUnsupported = isUnsupported;
    }

    /** The failure of a field with an invalid value. */
    public static RefusedFieldException invalid(String field, String message) {
        return new RefusedFieldException(field, false, message);
    }

    /** The failure of a field that changes the answer and that nothing honours. */
    public static RefusedFieldException unsupported(String field, String message) {
        return new RefusedFieldException(field, true, message);
    }

    /** The name of the field. */
    public String field() {
        return field;
    }

    /** Whether the value is valid but not supported. */
    public boolean isUnsupported() {
        return isUnsupported;
    }
}
