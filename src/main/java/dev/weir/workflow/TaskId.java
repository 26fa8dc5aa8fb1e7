package dev.weir.workflow;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Makes task ids: ULIDs, 48 bits of milliseconds and 80 random bits in Crockford's base 32, so that ids sort by time.
 *
 * @see <a href="https://github.com/ulid/spec">The ULID specification</a>
 */
final class TaskId {
    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int TIME_DIGITS = 10;
    private static final int RANDOM_DIGITS = 16;

    private TaskId() {}

    static String next(InstantSource clock, RandomGenerator random) {
        char[] id = new char[TIME_DIGITS + RANDOM_DIGITS];
        long time = clock.millis();
        for (int i = TIME_DIGITS - 1; i >= 0; i--, time >>>= 5) {
            id[i] = DIGITS[(int) (time & 31)];
        }
        for (int i = TIME_DIGITS; i < id.length; i++) {
            id[i] = DIGITS[random.nextInt(DIGITS.length)];
        }
        return new String(id);
    }

    /** The time in an id, in milliseconds since 1970. */
    static long millis(String id) {
        long time = 0;
        for (int i = 0; i < TIME_DIGITS; i++) {
            time = time << 5 | Arrays.binarySearch(DIGITS, id.charAt(i));
        }
        return time;
    }
}
