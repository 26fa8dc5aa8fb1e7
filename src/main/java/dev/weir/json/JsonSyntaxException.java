package dev.weir.json;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import org.jspecify.annotations.Nullable;

/** Reports a text that is not JSON, with the place of the fault. */
public final class JsonSyntaxException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final long line;
    private final long column;
    private final long offset;

    JsonSyntaxException(String message, long line, long column, long offset, @Nullable Throwable cause) {
        super(ErrorCode.MALFORMED_REQUEST, message + " at line " + line + ", column " + column, cause);
        this.line = line;
        this.column = column;
        this.offset = offset;
    }

    /** The line of the fault, from 1. */
    public long line() {
        return line;
    }

    /** The column of the fault, from 1. */
    public long column() {
        return column;
    }

    /** The number of characters before the fault. */
    public long offset() {
        return offset;
    }
}
