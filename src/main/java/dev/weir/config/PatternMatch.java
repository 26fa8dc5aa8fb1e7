package dev.weir.config;

import dev.weir.binding.BindingException;
import dev.weir.binding.Values;
import dev.weir.filter.regex.RegexSyntaxException;
import dev.weir.filter.regex.TextPattern;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The operator {@code match}, in bounded time for all inputs.
 *
 * <p>A pattern of the configuration is a {@link Pattern}, with a limit on the characters that it reads. A pattern that
 * depends on an input is a {@link TextPattern}.
 */
final class PatternMatch {
    /** The most characters that a pattern may read, backtracking included: 2^28. */
    static final int MOST_STEPS = 1 << 28;

    private PatternMatch() {}

    /**
     * Whether a pattern of the configuration matches anywhere in a text.
     *
     * @throws BindingException {@code INVALID_INPUT} if the pattern is malformed, or takes too many steps or nested calls
     *     in this text
     */
    static boolean ofConfiguration(@Nullable Object input, @Nullable Object pattern) {
        try {
            return Pattern.compile(Values.text(pattern))
                    .matcher(new CountedText(Values.text(input), new AtomicInteger(MOST_STEPS)))
                    .find();
        } catch (PatternSyntaxException e) {
            throw malformed(pattern);
        } catch (TooManyStepsException e) {
            throw tooManySteps(pattern, "takes more than " + MOST_STEPS + " steps");
        } catch (StackOverflowError e) {
            // The matcher recurses once per character in repeated alternatives.
            throw tooManySteps(pattern, "takes more nested calls than a thread has room for");
        }
    }

    /**
     * Whether a pattern that a client may have sent matches anywhere in a text.
     *
     * @throws BindingException {@code INVALID_INPUT} if the pattern is malformed, too long or not a pattern of RE2, or
     *     takes too many steps in this text
     */
    static boolean ofClient(@Nullable Object input, @Nullable Object pattern) {
        try {
            return TextPattern.of(Values.text(pattern)).isIn(Values.text(input));
        } catch (RegexSyntaxException e) {
            throw new BindingException("operator match: " + Values.describe(pattern)
                    + " is not a regular expression that an input may have: " + e.detail() + " (" + e.remedy() + ")");
        } catch (IllegalArgumentException e) {
            throw new BindingException("operator match: " + Values.describe(pattern) + ": " + e.getMessage());
        }
    }

    private static BindingException malformed(@Nullable Object pattern) {
        return new BindingException("operator match: " + Values.describe(pattern) + " is not a regular expression");
    }

    private static BindingException tooManySteps(@Nullable Object pattern, String problem) {
        return new BindingException("operator match: " + Values.describe(pattern) + " " + problem
                + " in this text: make its parts exclude each other, or shorten the text");
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
        private final AtomicInteger left;

        CountedText(String text, AtomicInteger left) {
            this.text = text;
            this.left = left;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            int steps = left.getPlain() - 1;
            left.setPlain(steps);
            if (steps < 0) {
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
