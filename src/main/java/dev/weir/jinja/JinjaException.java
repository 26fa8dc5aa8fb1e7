package dev.weir.jinja;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/** A failure of parsing or rendering a template. The message has no place until the place is known. */
public final class JinjaException extends WeirException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_MESSAGE = 500;

    private final int line;
    private final int column;

    JinjaException(String message) {
        this(message, 0, 0);
    }

    JinjaException(String message, Token at) {
        this(message, at.line(), at.column());
    }

    JinjaException(String message, int line, int column) {
        super(ErrorCode.INTERNAL, shortened(message));
        this.line = line;
        this.column = column;
    }

    /** Shortens a message: it may hold long parts of the template or of its values. */
    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
    }

    /** Returns the template's line, from 1; 0 if it is not known. */
    public int line() {
        return line;
    }

    /** Returns the column in that line, from 1; 0 if it is not known. */
    public int column() {
        return column;
    }

    /** Returns the message with its place, such as {@code line 3, column 5: 'x' is undefined}. */
    public String placed() {
        if (line == 0) {
            return detail();
        }
        return "line " + line + (column > 0 ? ", column " + column : "") + ": " + detail();
    }

    /** Returns this failure with the place, unless it has one already. */
    JinjaException in(int statementLine, int statementColumn) {
        return line > 0 ? this : new JinjaException(detail(), statementLine, statementColumn);
    }

    static JinjaException undefined(Undefined value) {
        return new JinjaException(value.reason());
    }

    static JinjaException type(String message) {
        return new JinjaException(message);
    }
}
