package dev.weir.filter;

/** Words or a pattern to find in texts. Immutable, thread-safe. */
public sealed interface Matcher permits WordList, Regex {

    /** Returns a finder for one text. */
    Finder finder();
}
