package dev.weir.filter.regex;

/** Reports a pattern that is malformed or needs a feature that {@code Regex} does not have. */
public final class RegexSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String remedy;
    private final int offset;

    /** Makes an exception; {@code offset} is an index into the pattern, from 0. */
    public RegexSyntaxException(String message, String remedy, int offset) {
        super(message);
        this.remedy = remedy;
        this.offset = offset;
    }

    /** The fault, for messages. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The remedy, for messages. */
    public String remedy() {
        return remedy;
    }

    /** The place of the fault, as an index into the pattern. */
    public int offset() {
        return offset;
    }
}
