package dev.weir.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a text as the methods of Python's strings do. */
final class TextPieces {
    private static final String LINE_ENDS = "\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029";

    private final String text;
    private final Budget budget;
    private final List<@Nullable Object> pieces = new ArrayList<>();

    TextPieces(String text, Budget budget) {
        this.text = text;
        this.budget = budget;
    }

    /**
     * Returns the pieces between separators.
     *
     * @param separator null for white space of any length
     * @param most the most splits; negative for all
     */
    List<@Nullable Object> split(@Nullable String separator, int most) {
        if (separator == null) {
            words(most);
        } else {
            checkSeparator(separator);
            split(new TextSearch(text, separator, budget), separator.length(), most);
        }
        return pieces;
    }

    /** As {@link #split}, but begins at the end of the text. */
    List<@Nullable Object> splitFromEnd(@Nullable String separator, int most) {
        if (most < 0) {
            return split(separator, most);
        }
        if (separator == null) {
            throw JinjaException.type("rsplit needs a separator where it has a maximum");
        }
        checkSeparator(separator);
        TextSearch search = new TextSearch(text, separator, budget);
        int to = text.length();
        int at = search.previous(to);
        while (at >= 0 && pieces.size() < most) {
            add(at + separator.length(), to);
            to = at;
            at = search.previous(to);
        }
        add(0, to);
        Collections.reverse(pieces);
        return pieces;
    }

    static void checkSeparator(String separator) {
        if (separator.isEmpty()) {
            throw JinjaException.type("empty separator");
        }
    }

    private void split(TextSearch search, int length, int most) {
        int from = 0;
        int at = search.next(0);
        while (at >= 0 && (most < 0 || pieces.size() < most)) {
            add(from, at);
            from = at + length;
            at = search.next(from);
        }
        add(from, text.length());
    }

    private void words(int most) {
        int at = afterSpace(0);
        while (at < text.length()) {
            int end = most >= 0 && pieces.size() == most ? text.length() : wordEnd(at);
            add(at, end);
            at = afterSpace(end);
        }
    }

    private int afterSpace(int from) {
        int at = from;
        while (at < text.length() && PythonText.isSpace(text.charAt(at))) {
            at++;
            budget.charge(1);
        }
        return at;
    }

    private int wordEnd(int from) {
        int at = from;
        while (at < text.length() && !PythonText.isSpace(text.charAt(at))) {
            at++;
            budget.charge(1);
        }
        return at;
    }

    /**
     * Returns the lines of the text.
     *
     * @param keepEnds whether a line keeps its line break
     */
    List<@Nullable Object> lines(boolean keepEnds) {
        int from = 0;
        while (from < text.length()) {
            int end = from;
            while (end < text.length() && LINE_ENDS.indexOf(text.charAt(end)) < 0) {
                end++;
                budget.charge(1);
            }
            int next = Math.min(text.length(), text.startsWith("\r\n", end) ? end + 2 : end + 1);
            add(from, keepEnds ? next : end);
            from = next;
        }
        return pieces;
    }

    private void add(int from, int to) {
        budget.element(pieces.size());
        pieces.add(PythonText.cut(text, from, to, budget));
    }
}
