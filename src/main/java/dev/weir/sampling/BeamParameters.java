package dev.weir.sampling;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/**
 * How a beam search goes; the names and meanings are those of {@code transformers.generate}.
 *
 * @param beams texts that are followed at once; 1 is no search
 * @param lengthPenalty the power of its length that a text's log-probability is divided by: over 0 prefers longer texts
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

    private static final BeamParameters NONE = new BeamParameters(1, 1, EarlyStopping.WHEN_UNLIKELY);

    public BeamParameters {
        if (beams < 1) {
            throw invalid("num_beams must be at least 1, was " + beams);
        }
        if (!Double.isFinite(lengthPenalty)) {
            throw invalid("length_penalty must be a number, was " + lengthPenalty);
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
