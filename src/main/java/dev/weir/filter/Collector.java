package dev.weir.filter;

import org.jspecify.annotations.Nullable;

/** The end of a text's way through filters. A text that came through as it went in is the same object. */
final class Collector implements Passage {
    private static final int LEAST = 64;
    /** Runs are remembered after their end, and should not remember a long text with them. */
    private static final int MOST_KEPT = 8 * 1024;

    private final Runnable whenMarked;
    private final StringBuilder out = new StringBuilder();
    private char[] sent = new char[LEAST];
    private String piece = "";
    private @Nullable String unchanged;

    /** @param whenMarked what to do at each mark, such as to {@link #take} what came before it */
    Collector(Runnable whenMarked) {
        this.whenMarked = whenMarked;
    }

    /** Sends the next piece of the text on its way. */
    void send(String next, Passage way) {
        int length = next.length();
        if (length > sent.length) {
            sent = new char[Math.max(length, 2 * sent.length)];
        }
        next.getChars(0, length, sent, 0);
        piece = next;
        way.text(sent, 0, length);
        piece = "";
        if (sent.length > MOST_KEPT) {
            sent = new char[LEAST];
        }
    }

    @Override
    public void text(char[] text, int from, int to) {
        if (text == sent && to - from == piece.length() && unchanged == null && out.isEmpty()) {
            unchanged = piece;
            return;
        }
        if (unchanged != null) {
            out.append(unchanged);
            unchanged = null;
        }
        out.append(text, from, to - from);
    }

    @Override
    public void mark() {
        whenMarked.run();
    }

    @Override
    public void end() {}

    /** What has come through since the last time. */
    String take() {
        String taken = unchanged == null ? out.toString() : unchanged;
        unchanged = null;
        out.setLength(0);
        return taken;
    }
}
