package dev.weir.filter;

/** Receives the name of the filter for each match, never the matched text. */
@FunctionalInterface
interface Hits {
    void hit(String filter);
}
