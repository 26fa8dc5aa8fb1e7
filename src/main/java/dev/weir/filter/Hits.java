package dev.weir.filter;

/** Is told what a filter finds; never what it was. */
@FunctionalInterface
interface Hits {
    void hit(String filter);
}
