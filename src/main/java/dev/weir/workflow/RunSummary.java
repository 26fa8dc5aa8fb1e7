package dev.weir.workflow;

import dev.weir.stream.Summary;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The summary of a run: that of its output. A run that failed or was cancelled has no reason of the end, since its client did
 * not get the whole output; its counts stay.
 */
record RunSummary(Run run) implements Summary {

    @Override
    public Optional<Finish> finish() {
        return isBroken() ? Optional.empty() : run.outputSummary().finish();
    }

    @Override
    public Optional<String> stopSequence() {
        return isBroken() ? Optional.empty() : run.outputSummary().stopSequence();
    }

    @Override
    public OptionalInt promptTokens() {
        return run.outputSummary().promptTokens();
    }

    @Override
    public OptionalInt completionTokens() {
        return run.outputSummary().completionTokens();
    }

    private boolean isBroken() {
        return run.hasEnded() && !run.hasCompleted();
    }
}
