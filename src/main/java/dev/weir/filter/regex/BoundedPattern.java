package dev.weir.filter.regex;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of the configuration: a regular expression of Java or Python that is searched by backtracking, with a limit on
 * the characters that a search reads. Immutable and thread-safe.
 *
 * <p>As in Python, only a line feed ends a line, and classes such as {@code \w} contain the letters and digits of Unicode.
 */
public final class BoundedPattern {
    /** The most characters that a search may read, backtracking included: 2^28. */
    static final int MOST_STEPS = 1 << 28;

    private final Pattern pattern;

    private BoundedPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles a pattern.
     *
     * @throws RegexSyntaxException if the pattern is malformed, or needs a feature of Python that Java does not have
     */
    public static BoundedPattern of(String pattern) throws RegexSyntaxException {
        try {
            return new BoundedPattern(Pattern.compile(
                    PythonSyntax.translated(pattern), Pattern.UNIX_LINES | Pattern.UNICODE_CHARACTER_CLASS));
        } catch (PatternSyntaxException e) {
            String description = e.getDescription();
            throw new RegexSyntaxException(
                    description.substring(0, 1).toLowerCase(Locale.ROOT) + description.substring(1),
                    "escape signs that are text",
                    Math.max(0, e.getIndex()));
        } catch (StackOverflowError e) {
            throw new RegexSyntaxException("groups are nested too deeply", "nest them less", 0);
        }
    }

    /**
     * Whether a match begins at the start of {@code text}.
     *
     * @throws IllegalArgumentException if the search takes too many steps or nested calls in this text
     */
    public boolean matchesStart(String text) {
        try {
            return pattern.matcher(new CountedText(text, new int[] {MOST_STEPS}))
                    .lookingAt();
        } catch (TooManyStepsException e) {
            throw tooMany("takes more than " + MOST_STEPS + " steps");
        } catch (StackOverflowError e) {
            // The matcher recurses once per character in repeated alternatives.
            throw tooMany("takes more nested calls than a thread has room for");
        }
    }

    private static IllegalArgumentException tooMany(String problem) {
        return new IllegalArgumentException(
                problem + " in this text: make its parts exclude each other, or shorten the text");
    }

    /** The patterns that were used last, compiled. Thread-safe. */
    public static final class Cache {
        private static final int MOST_PATTERNS = 256;
        private static final float LOAD_FACTOR = 0.75f;

        private final Map<String, BoundedPattern> patterns = new LinkedHashMap<>(16, LOAD_FACTOR, true);

        /**
         * Returns the compiled pattern.
         *
         * @throws RegexSyntaxException as {@link BoundedPattern#of}
         */
        public synchronized BoundedPattern get(String pattern) throws RegexSyntaxException {
            BoundedPattern known = patterns.get(pattern);
            if (known == null) {
                known = of(pattern);
                patterns.put(pattern, known);
                if (patterns.size() > MOST_PATTERNS) {
                    patterns.remove(patterns.keySet().iterator().next());
                }
            }
            return known;
        }
    }

    private static final class TooManyStepsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyStepsException() {
            super("too many steps", null, false, false);
        }
    }

    /** A text with a limit on reads, which its subsequences share. Belongs to one thread. */
    private static final class CountedText implements CharSequence {
        private final String text;
        private final int[] left;

        CountedText(String text, int[] left) {
            this.text = text;
            this.left = left;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--left[0] < 0) {
                throw new TooManyStepsException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new CountedText(text.substring(start, end), left);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
