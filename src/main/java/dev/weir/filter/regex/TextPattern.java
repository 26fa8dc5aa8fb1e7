package dev.weir.filter.regex;

import java.util.List;

/**
 * A pattern of a client, looked for in one text in bounded time: the syntax is that of {@code Regex}, and each character costs one step
 * of an automaton. Used by one thread.
 */
public final class TextPattern {
    /** Characters of a pattern at most: a class such as {@code \p{L}} takes a look at all of Unicode. */
    public static final int LONGEST = 500;

    /** What making states may cost, in places of the program. */
    private static final long MOST_WORK = 1L << 24;

    private final RegexAutomaton automaton;

    private TextPattern(RegexAutomaton automaton) {
        this.automaton = automaton;
    }

    /**
     * Reads a pattern, which may find the empty text.
     *
     * @throws RegexSyntaxException if it is longer than {@value #LONGEST} characters, malformed, or asks for what cannot be found in
     *     linear time
     */
    public static TextPattern of(String pattern) throws RegexSyntaxException {
        if (pattern.length() > LONGEST) {
            throw new RegexSyntaxException(
                    "the pattern is too long (at most " + LONGEST + " characters, has " + pattern.length() + ")",
                    "shorten it",
                    0);
        }
        RegexNode anything = new RegexNode.Repeated(new RegexNode.One(CodePoints.ANY), 0, RegexNode.UNBOUNDED);
        RegexNode anywhere = new RegexNode.Sequence(List.of(anything, RegexParser.parse(pattern, false)));
        return new TextPattern(new RegexAutomaton(new RegexProgram(anywhere)));
    }

    /**
     * Whether it finds something in {@code text}.
     *
     * @throws IllegalArgumentException if the text leads the pattern through more states than may be made
     */
    public boolean isIn(String text) {
        RegexAutomaton.State state = automaton.start(RegexAutomaton.BEGINNING);
        for (int at = 0; at < text.length(); ) {
            if (state.matches) {
                return true;
            }
            int c = text.codePointAt(at);
            state = automaton.next(state, c);
            if (state.matchedBefore) {
                return true;
            }
            if (automaton.work() > MOST_WORK) {
                throw new IllegalArgumentException("the pattern takes too many steps in this text: repeat less in it");
            }
            at += Character.charCount(c);
        }
        return state.matches || automaton.atEnd(state).matchedBefore;
    }
}
