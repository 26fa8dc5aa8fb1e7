package dev.weir.filter;

/** The action of a filter on a match. */
public enum Action {
    /** Replaces the match. */
    REDACT,
    /** Ends the run with {@link dev.weir.ErrorCode#OUTPUT_BLOCKED}. */
    BLOCK
}
