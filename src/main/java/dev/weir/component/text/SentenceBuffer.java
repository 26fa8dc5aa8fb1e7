package dev.weir.component.text;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Cuts a text into sentences while it arrives. A sentence is given as soon as no later text can change its end. White space
 * around a sentence is removed; a sentence of white space alone is left out.
 *
 * <p>About {@code longest} characters are kept at most. Lengths count code points. Not thread-safe.
 */
final class SentenceBuffer implements Splitter {
    /** The most characters that are added at once: each sentence moves the rest of them. */
    private static final int SLICE = 1024;

    private final int shortest;
    private final int longest;
    private final SentenceScanner scanner = new SentenceScanner();
    private final StringBuilder pending = new StringBuilder();
    /** Sentences that are too short to be given alone. */
    private final StringBuilder kept = new StringBuilder();

    /**
     * Creates an empty buffer.
     *
     * @param shortest shorter sentences are joined with the sentences that follow; 0 for none
     * @param longest longer sentences are cut, at white space if there is some; at least 1 and at least {@code shortest}
     */
    SentenceBuffer(int shortest, int longest) {
        this.shortest = shortest;
        this.longest = longest;
    }

    @Override
    public List<String> add(String piece) {
        List<String> sentences = new ArrayList<>();
        for (int from = 0; from < piece.length(); from += SLICE) {
            pending.append(piece, from, Math.min(piece.length(), from + SLICE));
            cutAll(false, sentences);
            while (isTooLong(pending)) {
                cut(breakOf(pending), sentences);
                cutAll(false, sentences);
            }
        }
        return sentences;
    }

    @Override
    public List<String> end() {
        List<String> sentences = new ArrayList<>();
        cutAll(true, sentences);
        cut(pending.length(), sentences);
        give(sentences);
        return sentences;
    }

    private void cutAll(boolean whole, List<String> sentences) {
        for (OptionalInt end = scanner.scan(pending, whole); end.isPresent(); end = scanner.scan(pending, whole)) {
            cut(end.getAsInt(), sentences);
        }
    }

    /** Takes the first characters as a sentence. */
    private void cut(int end, List<String> sentences) {
        StringBuilder sentence = new StringBuilder(pending.substring(0, end));
        pending.delete(0, end);
        scanner.restart();
        while (isTooLong(sentence)) {
            int part = breakOf(sentence);
            take(sentence.substring(0, part), sentences);
            sentence.delete(0, part);
        }
        take(sentence.toString(), sentences);
    }

    private void take(String sentence, List<String> sentences) {
        if (points(kept) + points(sentence) > longest) {
            give(sentences);
        }
        kept.append(sentence);
        if (points(kept.toString().strip()) >= shortest) {
            give(sentences);
        }
    }

    private void give(List<String> sentences) {
        String sentence = kept.toString().strip();
        kept.setLength(0);
        if (!sentence.isEmpty()) {
            sentences.add(sentence);
        }
    }

    private static int points(CharSequence text) {
        return Character.codePointCount(text, 0, text.length());
    }

    private boolean isTooLong(StringBuilder text) {
        return text.length() > longest && points(text) > longest;
    }

    /** Returns the end of the first part of a text that is too long. */
    private int breakOf(StringBuilder text) {
        int limit = text.offsetByCodePoints(0, longest);
        for (int end = limit; end > 0; end--) {
            if (Character.isWhitespace(text.charAt(end - 1))) {
                return end;
            }
        }
        return limit;
    }
}
