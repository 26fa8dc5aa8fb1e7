package dev.weir;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses durations: {@code 60} and {@code 60s}, {@code 500ms}, {@code 2m}, {@code 1h}, {@code 1d}. The limit is ten years, so
 * that nanoseconds and their sums fit into a long.
 */
public final class Durations {
    /** The remedy for messages about a malformed duration. */
    public static final String EXAMPLES = "write it as 30 (seconds), 500ms, 30s, 2m or 1h";

    /** The syntax of a duration, without its limit. */
    public static final Pattern PATTERN = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?) *(ms|s|m|h|d)?");

    private static final Duration MOST = Duration.ofDays(3650);
    private static final int NANO_DIGITS = 9;
    private static final int MOST_CHARACTERS = 100;

    private Durations() {}

    /** Parses a duration; empty if {@code text} is none or exceeds the limit. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = PATTERN.matcher(text.length() <= MOST_CHARACTERS ? text.strip() : "");
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long unitMillis = switch (matcher.group(2) == null ? "s" : matcher.group(2)) {
            case "ms" -> 1;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 1000;
        };
        BigDecimal seconds = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(unitMillis))
                .movePointLeft(3);
        long whole = seconds.longValue();
        long nanos = seconds.subtract(BigDecimal.valueOf(whole))
                .movePointRight(NANO_DIGITS)
                .longValue();
        return Optional.of(Duration.ofSeconds(whole, nanos)).filter(duration -> duration.compareTo(MOST) <= 0);
    }
}
