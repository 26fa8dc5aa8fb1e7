package dev.weir.filter;

/** What a filter does with what it finds. */
public enum Action {
    /** Puts a replacement in its place. */
    REDACT,
    /** Ends the run with {@link dev.weir.ErrorCode#OUTPUT_BLOCKED}. */
    BLOCK
}
