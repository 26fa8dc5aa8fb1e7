package dev.weir.tokenizer;

import java.util.Comparator;
import java.util.List;

/**
 * Watches a text that arrives in pieces for the first of some stop sequences, and holds back what may still become one.
 * What comes out, joined, is exactly the text before the stop sequence, or all of it; where pieces begin and end makes no
 * difference. Belongs to one generation.
 */
public final class StopSequences {
    private final List<String> sequences;
    private final StringBuilder held = new StringBuilder();
    private boolean reached;

    /**
     * Of sequences that end at the same place the longest counts.
     *
     * @param sequences none of them empty; without any, everything passes at once
     */
    public StopSequences(List<String> sequences) {
        this.sequences = sequences.stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** Takes the next piece, and gives the text that is certain to be output, possibly none. */
    public String push(String piece) {
        if (reached) {
            return "";
        }
        if (sequences.isEmpty()) {
            return piece;
        }
        int start = held.length();
        held.append(piece);
        for (int end = start + 1; end <= held.length(); end++) {
            for (String sequence : sequences) {
                if (endsAt(sequence, end)) {
                    reached = true;
                    return release(end - sequence.length());
                }
            }
        }
        return release(held.length() - longestBeginning());
    }

    /** Gives what is still held back, for when the text has ended. */
    public String flush() {
        return reached ? "" : release(held.length());
    }

    /** True once a stop sequence was complete. */
    public boolean reached() {
        return reached;
    }

    private boolean endsAt(String sequence, int end) {
        int start = end - sequence.length();
        return start >= 0 && isHeldAt(start, sequence, sequence.length());
    }

    /** Whether the last {@code length} characters held are the first of {@code sequence}. */
    private boolean begins(String sequence, int length) {
        return isHeldAt(held.length() - length, sequence, length);
    }

    private boolean isHeldAt(int start, String sequence, int length) {
        for (int i = 0; i < length; i++) {
            if (held.charAt(start + i) != sequence.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The length of the longest tail that is the beginning of a stop sequence. */
    private int longestBeginning() {
        int longest = 0;
        for (String sequence : sequences) {
            for (int length = Math.min(sequence.length() - 1, held.length()); length > longest; length--) {
                if (begins(sequence, length)) {
                    longest = length;
                }
            }
        }
        return longest;
    }

    private String release(int length) {
        String released = held.substring(0, length);
        held.delete(0, length);
        return released;
    }
}
