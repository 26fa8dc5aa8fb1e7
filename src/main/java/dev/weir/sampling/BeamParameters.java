package dev.weir.sampling;

import dev.weir.ErrorCode;
import dev.weir.WeirException;

/**
 * The parameters of a beam search; names and meanings are those of {@code transformers.generate}.
 *
 * @param beams the number of texts that are followed at once; 1 is no search
 * @param lengthPenalty the exponent of the length by which a text's log-probability is divided: above 0 prefers longer texts;
 *     from -{@link #MAX_LENGTH_PENALTY} to {@link #MAX_LENGTH_PENALTY}
 * @param earlyStopping the condition of the search's end
 */
public record BeamParameters(int beams, double lengthPenalty, EarlyStopping earlyStopping) {

    /** The condition under which a search ends that has as many complete texts as beams. */
    public enum EarlyStopping {
        /** At once ({@code true}). */
        AT_ONCE,
        /** When the best unfinished text would not be better if it ended now ({@code false}). */
        WHEN_UNLIKELY,
        /** When the best unfinished text cannot become better ({@code "never"}). */
        WHEN_IMPOSSIBLE
    }

    /** A limit far above useful values, so that a text's length to this power stays about within a float. */
    public static final double MAX_LENGTH_PENALTY = 100;

    private static final BeamParameters NONE = new BeamParameters(1, 1, EarlyStopping.WHEN_UNLIKELY);

    /**
     * Checks the parameters.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if a parameter is out of range
     */
    public BeamParameters {
        if (beams < 1) {
            throw invalid("num_beams must be at least 1, was " + beams);
        }
        if (!(Math.abs(lengthPenalty) <= MAX_LENGTH_PENALTY)) {
            throw invalid("length_penalty must be from -100 to 100, was " + lengthPenalty);
        }
    }

    /** Returns one beam, which is no search. */
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
