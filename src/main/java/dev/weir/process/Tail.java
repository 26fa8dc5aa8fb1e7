package dev.weir.process;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines of an output. Thread-safe. */
final class Tail {
    static final int LINES = 50;
    /** Of each line, since all of them together stand in one message. */
    private static final int CHARACTERS = 500;

    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(line.length() > CHARACTERS ? line.substring(0, CHARACTERS) + "…" : line);
    }

    /** What a message says of them: {@code " Its last lines:"} and the lines, or that there are none. */
    synchronized String told() {
        return lines.isEmpty() ? "; it has written nothing" : "; its last lines:\n" + String.join("\n", lines);
    }
}
