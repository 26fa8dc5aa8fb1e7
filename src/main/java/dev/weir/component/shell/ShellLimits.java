package dev.weir.component.shell;

import dev.weir.component.WholeRange;
import java.time.Duration;

/**
 * The limits of one call of a program.
 *
 * @param mostBytes the most bytes of all outputs of a call that does not stream ({@code weir.http.max-answer})
 * @param capacity the most waiting lines of a stream
 * @param capacityBytes the most memory of the waiting lines of a stream
 */
record ShellLimits(int mostBytes, int capacity, int capacityBytes) {
    /** The time-out without {@code timeout}. */
    static final Duration TIMEOUT = Duration.ofMinutes(30);
    /** The most commands of a call. */
    static final int MOST_COMMANDS = 1_000;
    /** The range of {@code batch_size}. */
    static final WholeRange BATCH_SIZES = new WholeRange(1, MOST_COMMANDS, "");
    /** A longer line of a stream is cut into several chunks. */
    static final int LONGEST_LINE_BYTES = 65_536;
}
