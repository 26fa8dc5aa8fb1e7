package dev.weir.jinja;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/** A template that is malformed or failed while it was rendered; the message has no place until that is known. */
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

    /** Parts of the template and of its values stand in messages, and may be long. */
    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
    }

    /** The template's line, from 1; 0 if it is not known. */
    public int line() {
        return line;
    }

    /** The column in that line, from 1; 0 if it is not known. */
    public int column() {
        return column;
    }

    /** The message with its place, such as {@code line 3, column 5: 'x' is undefined}. */
    public String placed() {
        if (line == 0) {
            return detail();
        }
        return "line " + line + (column > 0 ? ", column " + column : "") + ": " + detail();
    }

    /** This failure with its place, unless it has one already. */
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
