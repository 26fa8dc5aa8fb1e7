package dev.weir.config;

import dev.weir.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A count in a time window, written as {@code 60/1m}, {@code 10/s} or {@code 1000/30s}.
 *
 * @param count at least 1
 * @param window from a second to a day
 */
public record Rate(int count, Duration window) {
    /** The remedy for a malformed rate, for messages. */
    public static final String EXAMPLES = "write it as 10/1s, 60/1m or 1000/1h: so many in so much time";

    public static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,8}) */ *([0-9]{0,6}) *(s|m|h|d)");
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** Parses a rate; empty if {@code text} is not one. */
    public static Optional<Rate> parse(String text) {
        Matcher matcher = PATTERN.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String number = matcher.group(2).isEmpty() ? "1" : matcher.group(2);
        return Durations.parse(number + matcher.group(3))
                .filter(window -> window.compareTo(SHORTEST) >= 0 && window.compareTo(LONGEST) <= 0)
                .map(window -> new Rate(Integer.parseInt(matcher.group(1)), window));
    }
}
