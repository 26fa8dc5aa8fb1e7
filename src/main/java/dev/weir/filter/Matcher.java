package dev.weir.filter;

/** Something to look for in texts. Immutable, thread-safe. */
public sealed interface Matcher permits WordList, Regex {

    /** Looks for it in one text. */
    Finder finder();
}
