package dev.weir.tokenizer;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Checks a regular expression of a {@code tokenizer.json} before the native library compiles it. The library uses Oniguruma,
 * which backtracks. After ten million tries, or with a full stack, the library aborts the JVM.
 *
 * <p>Refused are patterns that are empty, too long or nested too deeply; patterns with call-backs, back-references or recursion;
 * and the repetition of a group that itself repeats or has alternatives, because the number of tries then grows exponentially. An
 * accepted pattern may still be slow for some text: a trial in a separate JVM finds that.
 *
 * @see <a href="https://github.com/kkos/oniguruma/blob/master/doc/RE">The syntax of Oniguruma</a>
 */
final class PatternCheck {
    /** The most characters of a pattern; the patterns of GPT-4o and of Kimi have about 400. */
    static final int LONGEST = 4_096;
    /** The deepest nesting of groups and classes. */
    static final int DEEPEST = 16;
    /** The largest count of a repetition. */
    static final int MOST_REPEATS = 1_000;
    /** Escapes that match a position and no character. */
    private static final String ANCHORS = "bBAzZGKyY";
    /** The most repetitions of a group that itself repeats or has alternatives. */
    private static final int FEW = 3;

    private final String pattern;
    private final Place place;
    private final Deque<Group> groups = new ArrayDeque<>();
    private int at;

    /** The content of an open group so far. */
    private static final class Group {
        private final boolean atomic;
        private final boolean lookaround;
        private boolean choosesOrRepeats;
        /** Whether the current branch can match an empty text. {@code anyMayBeEmpty}: whether an earlier branch can. */
        private boolean branchMayBeEmpty = true;

        private boolean anyMayBeEmpty;

        Group(boolean atomic, boolean lookaround) {
            this.atomic = atomic;
            this.lookaround = lookaround;
        }

        void endBranch() {
            anyMayBeEmpty |= branchMayBeEmpty;
            branchMayBeEmpty = true;
        }

        boolean mayBeEmpty() {
            return lookaround || anyMayBeEmpty || branchMayBeEmpty;
        }
    }

    /** The counts of a quantifier. */
    private record Times(int least, int most) {}

    private PatternCheck(String pattern, Place place) {
        this.pattern = pattern;
        this.place = place;
    }

    /** True if the pattern may match an empty text. */
    static boolean check(String pattern, Place place) {
        place.require(!pattern.isEmpty(), "is an empty pattern");
        place.require(
                pattern.length() <= LONGEST,
                "is a pattern of " + pattern.length() + " characters (at most " + LONGEST + ")");
        return new PatternCheck(pattern, place).mayBeEmpty();
    }

    private boolean mayBeEmpty() {
        groups.push(new Group(false, false));
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            switch (c) {
                case '\\' -> {
                    boolean anchor = ANCHORS.indexOf(next()) >= 0;
                    escape();
                    element(false, anchor);
                }
                case '[' -> {
                    characterClass();
                    element(false, false);
                }
                case '(' -> open();
                case ')' -> close();
                case '|' -> {
                    groups.element().choosesOrRepeats = true;
                    groups.element().endBranch();
                }
                default -> element(false, c == '^' || c == '$');
            }
        }
        return groups.element().mayBeEmpty();
    }

    private char next() {
        return at < pattern.length() ? pattern.charAt(at) : '\0';
    }

    private void escape() {
        char c = next();
        at++;
        boolean refers = c == 'g' || c == 'k' || (c >= '1' && c <= '9');
        place.require(!refers, "refers back to a group (\\" + c + ")");
        if ((c == 'p' || c == 'P' || c == 'x' || c == 'o') && next() == '{') {
            int end = pattern.indexOf('}', at);
            at = end < 0 ? pattern.length() : end + 1;
        }
    }

    private void characterClass() {
        int depth = 1;
        if (next() == '^') {
            at++;
        }
        if (next() == ']') {
            at++;
        }
        while (at < pattern.length() && depth > 0) {
            char c = pattern.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == '[') {
                depth++;
                requireDepth(groups.size() + depth);
            } else if (c == ']') {
                depth--;
            }
        }
    }

    private void requireDepth(int depth) {
        place.require(depth - 1 <= DEEPEST, "is a pattern that is nested too deeply (at most " + DEEPEST + " levels)");
    }

    private void open() {
        place.require(next() != '*', "is a pattern that calls back ((*…))");
        boolean atomic = false;
        boolean lookaround = false;
        if (next() == '?') {
            String rest = pattern.substring(at + 1, Math.min(pattern.length(), at + 3));
            place.require(
                    !rest.startsWith("{")
                            && !rest.startsWith("(")
                            && !rest.startsWith("~")
                            && !rest.startsWith("R")
                            && !rest.startsWith("&")
                            && !rest.startsWith("P"),
                    "is a pattern with (?" + Place.shown(rest) + ", which is not allowed");
            if (rest.startsWith("#")) {
                int end = pattern.indexOf(')', at);
                at = end < 0 ? pattern.length() : end + 1;
                return;
            }
            lookaround = rest.startsWith("=") || rest.startsWith("!") || rest.startsWith("<=") || rest.startsWith("<!");
            atomic = rest.startsWith(">");
            at += rest.startsWith("<=") || rest.startsWith("<!") ? 3 : 2;
            while (at < pattern.length() && pattern.charAt(at - 1) != ':' && isFlag(pattern.charAt(at))) {
                at++;
            }
        }
        groups.push(new Group(atomic, lookaround));
        requireDepth(groups.size());
    }

    private static boolean isFlag(char c) {
        return c == ':' || c == '-' || c == 'i' || c == 'm' || c == 'x' || c == 's' || c == 'a' || c == 'W' || c == 'D'
                || c == 'S';
    }

    private void close() {
        Group group = groups.pop();
        if (groups.isEmpty()) {
            throw place.refused("is a pattern with a ) too many");
        }
        boolean heavy = group.choosesOrRepeats && !group.atomic;
        element(heavy, group.mayBeEmpty());
        groups.element().choosesOrRepeats |= heavy;
    }

    /** Reads the quantifiers after an element. A {@code heavy} element must not be repeated often. */
    private void element(boolean heavy, boolean mayBeEmpty) {
        boolean optional = mayBeEmpty;
        int product = 1;
        for (Times times = repeats(); times != null; times = repeats()) {
            optional |= times.least() == 0;
            boolean endless = times.most() == Integer.MAX_VALUE || product == Integer.MAX_VALUE;
            product = endless ? Integer.MAX_VALUE : product * times.most();
            place.require(
                    endless || product <= MOST_REPEATS,
                    "is a pattern that repeats more than " + MOST_REPEATS + " times");
            place.require(
                    !heavy || product <= FEW,
                    "is a pattern that repeats a group which repeats or chooses by itself, so that a short text may take"
                            + " too long");
            groups.element().choosesOrRepeats = true;
            if (next() == '?' || next() == '+') {
                at++; // Lazy or possessive.
            }
        }
        groups.element().branchMayBeEmpty &= optional;
    }

    /** Reads the quantifier at this position; null if there is none. */
    private @Nullable Times repeats() {
        switch (next()) {
            case '*' -> {
                at++;
                return new Times(0, Integer.MAX_VALUE);
            }
            case '+' -> {
                at++;
                return new Times(1, Integer.MAX_VALUE);
            }
            case '?' -> {
                at++;
                return new Times(0, 1);
            }
            case '{' -> {
                int end = pattern.indexOf('}', at);
                String counts = end < 0 ? "" : pattern.substring(at + 1, end);
                if (!counts.matches("\\d{1,9}(,\\d{0,9})?|,\\d{1,9}")) {
                    return null;
                }
                at = end + 1;
                return times(counts);
            }
            default -> {
                return null;
            }
        }
    }

    private static Times times(String counts) {
        int comma = counts.indexOf(',');
        String first = comma < 0 ? counts : counts.substring(0, comma);
        int least = first.isEmpty() ? 0 : Integer.parseInt(first);
        String last = comma < 0 ? first : counts.substring(comma + 1);
        return new Times(
                least, last.isEmpty() ? Integer.MAX_VALUE : Math.max(1, Math.max(least, Integer.parseInt(last))));
    }
}
