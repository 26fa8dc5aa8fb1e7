package dev.weir.sampling;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/**
 * How a beam search goes; the names and meanings are those of {@code transformers.generate}.
 *
 * @param beams texts that are followed at once; 1 is no search
 * @param lengthPenalty the power of its length that a text's log-probability is divided by: over 0 prefers longer texts; from
 *     -{@link #MAX_LENGTH_PENALTY} to {@link #MAX_LENGTH_PENALTY}
 * @param earlyStopping when the search ends
 */
public record BeamParameters(int beams, double lengthPenalty, EarlyStopping earlyStopping) {

    /** When a search ends that has as many whole texts as beams. */
    public enum EarlyStopping {
        /** At once ({@code true}). */
        AT_ONCE,
        /** When the best unfinished text would not be better if it ended now ({@code false}). */
        WHEN_UNLIKELY,
        /** When the best unfinished text can't become better ({@code "never"}). */
        WHEN_IMPOSSIBLE
    }

    /** Far beyond what makes a difference: a text's length to this power is about the largest float. */
    public static final double MAX_LENGTH_PENALTY = 100;

    private static final BeamParameters NONE = new BeamParameters(1, 1, EarlyStopping.WHEN_UNLIKELY);

    public BeamParameters {
        if (beams < 1) {
            throw invalid("num_beams must be at least 1, was " + beams);
        }
        if (!(Math.abs(lengthPenalty) <= MAX_LENGTH_PENALTY)) {
            throw invalid("length_penalty must be from -100 to 100, was " + lengthPenalty);
        }
    }

    /** One beam, which is no search. */
    public static BeamParameters none() {
        return NONE;
    }

    public BeamParameters withBeams(int beams) {
        return new BeamParameters(beams, lengthPenalty, earlyStopping);
    }

    private static WeirException invalid(String message) {
        return new WeirException(ErrorCode.INVALID_INPUT, message);
    }
}
