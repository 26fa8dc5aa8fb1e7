package dev.weir.tokenizer;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Examines a regular expression of a {@code tokenizer.json} before the native library compiles it. That library runs Oniguruma,
 * which backtracks: beyond ten million tries, or when its stack is full, the library ends the JVM.
 *
 * <p>Refused are patterns that are empty, too long or nested too deep, that repeat a group which repeats or chooses by itself (the
 * tries then grow by powers with the text), and that call back, refer back or recur. Whether a pattern that passes is slow for some
 * text is tried in a JVM of its own.
 *
 * @see <a href="https://github.com/kkos/oniguruma/blob/master/doc/RE">The syntax of Oniguruma</a>
 */
final class PatternCheck {
    /** The most characters of a pattern; those of GPT-4o and of Kimi have some 400. */
    static final int LONGEST = 4_096;
    /** The most groups and classes in each other. */
    static final int DEEPEST = 16;
    /** The largest count of a repetition. */
    static final int MOST_REPEATS = 1_000;
    /** A group that repeats by itself may be repeated so often. */
    private static final int FEW = 3;

    private final String pattern;
    private final Place place;
    private final Deque<Group> groups = new ArrayDeque<>();
    private int at;

    /** What an open group holds so far. */
    private static final class Group {
        private final boolean atomic;
        private boolean choosesOrRepeats;

        Group(boolean atomic) {
            this.atomic = atomic;
        }
    }

    private PatternCheck(String pattern, Place place) {
        this.pattern = pattern;
        this.place = place;
    }

    static void check(String pattern, Place place) {
        place.require(!pattern.isEmpty(), "is an empty pattern");
        place.require(
                pattern.length() <= LONGEST,
                "is a pattern of " + pattern.length() + " characters (at most " + LONGEST + ")");
        new PatternCheck(pattern, place).scan();
    }

    private void scan() {
        groups.push(new Group(false));
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            switch (c) {
                case '\\' -> {
                    escape();
                    repetition(false);
                }
                case '[' -> {
                    characterClass();
                    repetition(false);
                }
                case '(' -> open();
                case ')' -> close();
                case '|' -> groups.element().choosesOrRepeats = true;
                default -> repetition(false);
            }
        }
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
        place.require(
                depth - 1 <= DEEPEST, "is a pattern with more than " + DEEPEST + " groups and classes in each other");
    }

    private void open() {
        place.require(next() != '*', "is a pattern that calls back ((*…))");
        boolean atomic = false;
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
            atomic = rest.startsWith(">");
            at += rest.startsWith("<=") || rest.startsWith("<!") ? 3 : 2;
            while (at < pattern.length() && pattern.charAt(at - 1) != ':' && isFlag(pattern.charAt(at))) {
                at++;
            }
        }
        groups.push(new Group(atomic));
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
        repetition(heavy);
        groups.element().choosesOrRepeats |= heavy;
    }

    /** Reads what repeats the element before, if anything does. {@code heavy} elements must not be repeated often. */
    private void repetition(boolean heavy) {
        int product = 1;
        while (true) {
            int most = repeats();
            if (most < 0) {
                return;
            }
            product = most == Integer.MAX_VALUE || product == Integer.MAX_VALUE ? Integer.MAX_VALUE : product * most;
            place.require(
                    product == Integer.MAX_VALUE || product <= MOST_REPEATS,
                    "is a pattern that repeats more than " + MOST_REPEATS + " times");
            place.require(
                    !heavy || product <= FEW,
                    "is a pattern that repeats a group which repeats or chooses by itself, so that a short text may take"
                            + " for ever");
            groups.element().choosesOrRepeats = true;
            if (next() == '?' || next() == '+') {
                at++; // Lazy or possessive.
            }
        }
    }

    /** The most repetitions of the quantifier that stands here; -1 if there is none. */
    private int repeats() {
        switch (next()) {
            case '*', '+' -> {
                at++;
                return Integer.MAX_VALUE;
            }
            case '?' -> {
                at++;
                return 1;
            }
            case '{' -> {
                int end = pattern.indexOf('}', at);
                String counts = end < 0 ? "" : pattern.substring(at + 1, end);
                if (!counts.matches("\\d{0,9}(,\\d{0,9})?") || counts.isEmpty()) {
                    return -1;
                }
                at = end + 1;
                return most(counts);
            }
            default -> {
                return -1;
            }
        }
    }

    private static int most(String counts) {
        if (counts.endsWith(",")) {
            return Integer.MAX_VALUE;
        }
        int comma = counts.indexOf(',');
        int first = comma > 0 ? Integer.parseInt(counts.substring(0, comma)) : 0;
        String last = counts.substring(comma + 1);
        return Math.max(1, Math.max(first, last.isEmpty() ? 0 : Integer.parseInt(last)));
    }
}
