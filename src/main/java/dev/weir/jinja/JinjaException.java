package dev.weir.jinja;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/** A template that is malformed or failed while it was rendered; the message has no line until it is known. */
public final class JinjaException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final int line;

    JinjaException(String message) {
        this(message, 0);
    }

    JinjaException(String message, int line) {
        super(ErrorCode.INTERNAL, message);
        this.line = line;
    }

    /** The template's line, from 1; 0 if it is not known. */
    public int line() {
        return line;
    }

    /** This failure with its place, unless it has one already. */
    JinjaException in(int statementLine) {
        return line > 0 ? this : new JinjaException(detail(), statementLine);
    }

    static JinjaException undefined(Undefined value) {
        return new JinjaException(value.reason());
    }

    static JinjaException type(String message) {
        return new JinjaException(message);
    }
}
