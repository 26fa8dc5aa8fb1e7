package dev.weir.filter;

import org.jspecify.annotations.Nullable;

/** Collects a text behind its filters. A text that no filter changed is returned as the same object. */
final class Collector implements FilterStep {
    private static final int LEAST = 64;
    /** A larger buffer is dropped: runs are kept after their end, and must not keep a long text. */
    private static final int MOST_KEPT = 8 * 1024;

    private final Runnable whenMarked;
    private final StringBuilder out = new StringBuilder();
    private char[] sent = new char[LEAST];
    private String part = "";
    private @Nullable String unchanged;

    /**
     * Collects one text after the other.
     *
     * @param whenMarked runs at each mark, for example to {@link #take} the text before it
     */
    Collector(Runnable whenMarked) {
        this.whenMarked = whenMarked;
    }

    /** Sends the next part of the text through the filters that begin with {@code chain}. */
    void send(String next, FilterStep chain) {
        int length = next.length();
        if (length > sent.length) {
            sent = new char[Math.max(length, 2 * sent.length)];
        }
        next.getChars(0, length, sent, 0);
        part = next;
        chain.text(sent, 0, length);
        part = "";
        if (sent.length > MOST_KEPT) {
            sent = new char[LEAST];
        }
    }

    @Override
    public void text(char[] text, int from, int to) {
        if (text == sent && to - from == part.length() && unchanged == null && out.isEmpty()) {
            unchanged = part;
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

    /** Returns the text that was collected since the last call. */
    String take() {
        String taken = unchanged == null ? out.toString() : unchanged;
        unchanged = null;
        out.setLength(0);
        return taken;
    }
}
