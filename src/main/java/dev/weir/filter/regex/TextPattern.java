package dev.weir.filter.regex;

/**
 * A pattern of a client, which is compared with the start of one text in bounded time. Belongs to one thread.
 *
 * <p>The syntax is that of {@code Regex}. Each character costs one step of an automaton.
 */
public final class TextPattern {
    /** The most characters of a pattern: a class such as {@code \p{L}} visits all of Unicode. */
    public static final int LONGEST = 500;

    /** The most work for making states, in places of the program. */
    private static final long MOST_WORK = 1L << 24;

    private final RegexAutomaton automaton;

    private TextPattern(RegexAutomaton automaton) {
        this.automaton = automaton;
    }

    /**
     * Compiles a pattern, which may match the empty text.
     *
     * @throws RegexSyntaxException if the pattern is longer than {@value #LONGEST} characters, is malformed, or needs a
     *     feature that linear time excludes
     */
    public static TextPattern of(String pattern) throws RegexSyntaxException {
        if (pattern.length() > LONGEST) {
            throw new RegexSyntaxException(
                    "the pattern is too long (at most " + LONGEST + " characters, has " + pattern.length() + ")",
                    "shorten it",
                    0);
        }
        return new TextPattern(new RegexAutomaton(new RegexProgram(RegexParser.parse(pattern, false))));
    }

    /**
     * Whether a match begins at the start of {@code text}.
     *
     * @throws IllegalArgumentException if the search in this text needs too many states
     */
    public boolean matchesStart(String text) {
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
