package dev.weir.filter.regex;

/** A pattern that is malformed, or asks for what a {@code Regex} cannot do. */
public final class RegexSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String remedy;
    private final int offset;

    public RegexSyntaxException(String message, String remedy, int offset) {
        super(message);
        this.remedy = remedy;
        this.offset = offset;
    }

    /** What is wrong. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** What to write instead. */
    public String remedy() {
        return remedy;
    }

    /** Where, as a position in the pattern. */
    public int offset() {
        return offset;
    }
}
