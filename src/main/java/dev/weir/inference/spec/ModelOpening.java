package dev.weir.inference.spec;

import dev.weir.stream.Cancellation;
import dev.weir.tokenizer.Tokenizer;

/**
 * The limits for the opening of a model. Its files may come from an untrusted source.
 *
 * @param trial tests the tokenizer's file in a place where it can do no harm
 * @param limit the time limit of each run of a graph, at the opening and later
 * @param cancellation ends the opening: the run in progress, and all that would follow
 */
public record ModelOpening(Tokenizer.Trial trial, RunLimit limit, Cancellation cancellation) {

    /** Returns an opening without a trial and without a limit. */
    public static ModelOpening plain() {
        return new ModelOpening(Tokenizer.Trial.NONE, RunLimit.NONE, new Cancellation());
    }
}
