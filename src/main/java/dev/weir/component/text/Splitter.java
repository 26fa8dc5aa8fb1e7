package dev.weir.component.text;

/** Cuts one text into parts while the text arrives. Not thread-safe. */
interface Splitter {
    /** Adds the next piece of the text. Returns the parts that no later text can change, in order. */
    Iterable<String> add(String piece);

    /** Ends the text. Returns the other parts. Called once, after the last piece. */
    Iterable<String> end();
}
