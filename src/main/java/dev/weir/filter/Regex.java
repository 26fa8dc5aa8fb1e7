package dev.weir.filter;

import dev.weir.filter.regex.RegexAutomaton;
import dev.weir.filter.regex.RegexNode;
import dev.weir.filter.regex.RegexParser;
import dev.weir.filter.regex.RegexProgram;
import dev.weir.filter.regex.RegexSyntaxException;
import java.util.function.Predicate;

/**
 * A regular expression that finds the longest match at the first place, in time that is linear in the text.
 *
 * <p>The search tries one start after the other, each for at most the length of the longest match allowed. The automaton's
 * state decides whether a match is still possible, and so which text must be kept back.
 */
public final class Regex implements Matcher {
    private final RegexAutomaton automaton;
    private final int longest;
    private final Predicate<String> check;

    private Regex(RegexAutomaton automaton, int longest, Predicate<String> check) {
        this.automaton = automaton;
        this.longest = longest;
        this.check = check;
    }

    /**
     * Compiles a pattern.
     *
     * @param longest the most code points of a match; longer text is another match or none
     * @throws RegexSyntaxException if the pattern is malformed, needs an unsupported feature, matches the empty text, or
     *     matches only texts longer than {@code longest}
     */
    public static Regex of(String pattern, boolean ignoreCase, int longest) throws RegexSyntaxException {
        return of(pattern, ignoreCase, longest, match -> true);
    }

    /** Compiles a pattern with a check. Of the matches at one start, the longest that passes {@code check} counts. */
    static Regex of(String pattern, boolean ignoreCase, int longest, Predicate<String> check)
            throws RegexSyntaxException {
        RegexNode node = RegexParser.parse(pattern, ignoreCase);
        if (node.shortest() == 0) {
            throw new RegexSyntaxException(
                    "the pattern finds the empty text, which is everywhere",
                    "say what must be there, as in x+ instead of x*",
                    0);
        }
        if (node.shortest() > longest) {
            throw new RegexSyntaxException(
                    "the pattern finds nothing shorter than " + node.shortest() + " characters, and max_match is "
                            + longest,
                    "raise max_match, which is also the most that is kept back of a stream",
                    0);
        }
        return new Regex(new RegexAutomaton(new RegexProgram(node)), longest, check);
    }

    @Override
    public Finder finder() {
        return new Search();
    }

    /** The search of one text, which tries one start after the other. */
    final class Search extends Finder {
        private static final int NONE = -1;

        private int start;
        private int position;
        private int length;
        private RegexAutomaton.State state = automaton.start(RegexAutomaton.BEGINNING);

        @Override
        void restart(int position) {
            start = position;
            this.position = position;
            matchEnd = NONE;
        }

        @Override
        boolean find(char[] text, int to, boolean last) {
            while (true) {
                if (position == start && !skip(text, to)) {
                    return false;
                }
                boolean over = isComplete(text, to, last);
                if (!over) {
                    return false;
                }
                if (matchEnd != NONE) {
                    matchStart = start;
                    return true;
                }
                restart(start + width(text, start, to));
            }
        }

        /** Moves to the next possible start of a match; false if there is none. */
        private boolean skip(char[] text, int to) {
            int at = start;
            int kind = kindBefore(text, at);
            while (at < to && !automaton.mayBeginWith(text[at], kind)) {
                kind = RegexAutomaton.kind(text[at]);
                at++;
            }
            restart(at);
            length = 0;
            if (at < to) {
                state = automaton.start(kind);
            }
            return at < to;
        }

        private int kindBefore(char[] text, int at) {
            if (at > origin) {
                return RegexAutomaton.kind(text[at - 1]);
            }
            return begun ? RegexAutomaton.kind(before) : RegexAutomaton.BEGINNING;
        }

        /** Follows the match that begins at {@code start} to the end of the text so far. Returns true if it cannot continue. */
        private boolean isComplete(char[] text, int to, boolean last) {
            while (position < to) {
                int c = text[position];
                int width = width(text, position, to);
                if (width == 2) {
                    c = Character.toCodePoint((char) c, text[position + 1]);
                } else if (position + 1 == to && !last && Character.isHighSurrogate((char) c)) {
                    return false;
                }
                RegexAutomaton.State next = automaton.next(state, c);
                if (next.matchedBefore) {
                    accept(text);
                }
                if (length == longest) {
                    return true;
                }
                position += width;
                length++;
                state = next;
                if (next.matches) {
                    accept(text);
                }
                if (!next.isAlive || (length == longest && !next.mayMatchHere)) {
                    return true;
                }
            }
            if (last && automaton.atEnd(state).matchedBefore) {
                accept(text);
            }
            return last;
        }

        private void accept(char[] text) {
            if (position > start && check.test(new String(text, start, position - start))) {
                matchEnd = position;
            }
        }

        private static int width(char[] text, int at, int to) {
            return Character.isHighSurrogate(text[at]) && at + 1 < to && Character.isLowSurrogate(text[at + 1]) ? 2 : 1;
        }

        @Override
        int pending() {
            return start;
        }

        @Override
        void shift(int by) {
            start -= by;
            position -= by;
            matchEnd = matchEnd == NONE ? NONE : matchEnd - by;
        }
    }
}
