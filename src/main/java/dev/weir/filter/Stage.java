package dev.weir.filter;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.Arrays;

/** Applies one rule to a text. Passes on text that can belong to no match, and keeps the rest until it is certain. */
final class Stage implements FilterStep {
    private static final int LEAST = 32;
    private static final int MOST_KEPT = 8 * 1024;

    private final String filter;
    private final Action action;
    private final char[] replacement;
    private final HitListener hits;
    private final Finder finder;
    private final FilterStep next;

    private char[] kept = new char[LEAST];
    private int length;
    /** The positions of marks in the kept text, ascending. */
    private int[] marks = new int[4];

    private int markCount;

    Stage(OutputFilter filter, OutputFilter.Rule rule, HitListener hits, FilterStep next) {
        this.filter = filter.name();
        this.action = filter.action();
        this.replacement = rule.replacement().toCharArray();
        this.hits = hits;
        this.finder = rule.matcher().finder();
        this.next = next;
        finder.reset();
    }

    @Override
    public void text(char[] text, int from, int to) {
        if (length == 0) {
            finder.begin(from);
            int passed = pass(text, from, to, false);
            append(text, passed, to);
            return;
        }
        append(text, from, to);
        drop(pass(kept, 0, length, false));
    }

    private void append(char[] text, int from, int to) {
        int more = to - from;
        if (length + more > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(2 * kept.length, length + more));
        }
        System.arraycopy(text, from, kept, length, more);
        length += more;
    }

    private void drop(int passed) {
        length -= passed;
        if (length == 0 && kept.length > MOST_KEPT) {
            kept = new char[LEAST];
        } else {
            System.arraycopy(kept, passed, kept, 0, length);
        }
        for (int i = 0; i < markCount; i++) {
            marks[i] -= passed;
        }
    }

    @Override
    public void mark() {
        if (length == 0) {
            next.mark();
            return;
        }
        if (markCount == marks.length) {
            marks = Arrays.copyOf(marks, 2 * markCount);
        }
        marks[markCount++] = length;
    }

    @Override
    public void end() {
        if (length > 0) {
            pass(kept, 0, length, true);
            length = 0;
        }
        finder.reset();
        next.end();
    }

    /** Passes on the certain text and returns its end. */
    private int pass(char[] text, int from, int to, boolean last) {
        int passed = from;
        while (finder.find(text, to, last)) {
            handOn(text, passed, finder.matchStart);
            hits.hit(filter);
            if (action == Action.BLOCK) {
                throw new WeirException(ErrorCode.OUTPUT_BLOCKED, "the filter '" + filter + "' blocks this output");
            }
            next.text(replacement, 0, replacement.length);
            passed = finder.matchEnd;
            passMarks(passed);
            finder.restart(passed);
        }
        int certain = last ? to : finder.pending();
        handOn(text, passed, certain);
        finder.release(text, certain);
        return certain;
    }

    private void handOn(char[] text, int from, int to) {
        int at = from;
        while (markCount > 0 && marks[0] <= to) {
            if (marks[0] > at) {
                next.text(text, at, marks[0]);
                at = marks[0];
            }
            passMark();
        }
        if (to > at) {
            next.text(text, at, to);
        }
    }

    private void passMarks(int to) {
        while (markCount > 0 && marks[0] <= to) {
            passMark();
        }
    }

    private void passMark() {
        System.arraycopy(marks, 1, marks, 0, --markCount);
        next.mark();
    }
}
