package dev.weir.process;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last {@value #LINES} lines of an output. Thread-safe. */
final class Tail {
    static final int LINES = 50;
    /** The limit for each line, since all lines stand in one message. */
    private static final int CHARACTERS = 500;

    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(line.length() > CHARACTERS ? line.substring(0, CHARACTERS) + "…" : line);
    }

    /** Returns the lines for the end of a message, or a note that there are none. */
    synchronized String message() {
        return lines.isEmpty() ? "; it has written nothing" : "; its last lines:\n" + String.join("\n", lines);
    }
}
