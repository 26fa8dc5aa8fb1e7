package dev.weir.tokenizer;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first stop sequence in a text that arrives in pieces, and holds back a possible beginning of one. The output, joined,
 * is exactly the text before the stop sequence, or the whole text; the boundaries of the pieces have no effect. Confined to one
 * generation.
 */
public final class StopSequences {
    private final List<String> sequences;
    private final StringBuilder held = new StringBuilder();
    private @Nullable String found;

    /**
     * Creates a search. Of sequences that end at the same position, the longest counts.
     *
     * @param sequences none of them empty; with an empty list all text passes at once
     */
    public StopSequences(List<String> sequences) {
        this.sequences = sequences.stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** Adds a piece; returns the text that is certainly output, possibly empty. */
    public String push(String piece) {
        if (found != null) {
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
                    found = sequence;
                    return release(end - sequence.length());
                }
            }
        }
        return release(held.length() - longestBeginning());
    }

    /** Ends the text; returns the text that is still held back. */
    public String flush() {
        return found != null ? "" : release(held.length());
    }

    /** Returns true once a stop sequence was found. */
    public boolean reached() {
        return found != null;
    }

    /** Returns the stop sequence that was found; empty before that. */
    public Optional<String> found() {
        return Optional.ofNullable(found);
    }

    private boolean endsAt(String sequence, int end) {
        int start = end - sequence.length();
        return start >= 0 && isHeldAt(start, sequence, sequence.length());
    }

    /** Returns whether the last {@code length} held characters are the first of {@code sequence}. */
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

    /** Returns the length of the longest tail that is the beginning of a stop sequence. */
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
