package dev.weir.filter;

/** Receives the name of the filter for each match, never the matched text. */
@FunctionalInterface
interface HitListener {
    void hit(String filter);
}
