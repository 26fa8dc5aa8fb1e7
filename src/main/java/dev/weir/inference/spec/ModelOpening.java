package dev.weir.inference.spec;

import dev.weir.stream.Cancellation;
import dev.weir.tokenizer.Tokenizer;

/**
 * What bounds the opening of a model, whose files may be a stranger's.
 *
 * @param trial tries the tokenizer's file where it can do no harm
 * @param limit of each run of a graph, while the model is opened and later
 * @param cancellation ends the opening: a run that is in progress, and all that would follow
 */
public record ModelOpening(Tokenizer.Trial trial, RunLimit limit, Cancellation cancellation) {

    /** Without a trial and a limit. */
    public static ModelOpening plain() {
        return new ModelOpening(Tokenizer.Trial.NONE, RunLimit.NONE, new Cancellation());
    }
}
