package dev.weir.stream;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A summary that the producer of an output writes while it works, before it reports the end. Thread-safe. */
public final class WrittenSummary implements Summary {
    private static final int UNKNOWN_COUNT = -1;

    private final AtomicInteger promptTokens = new AtomicInteger(UNKNOWN_COUNT);
    private final AtomicInteger completionTokens = new AtomicInteger(UNKNOWN_COUNT);
    private volatile @Nullable Finish finish;
    private volatile @Nullable String stopSequence;

    /** Sets the reason of the end. A later call replaces it. */
    public void end(Finish reason) {
        finish = reason;
    }

    /** Sets the reason of the end to {@link dev.weir.stream.Summary.Finish#STOP}, by this stop sequence. */
    public void endAt(String sequence) {
        stopSequence = sequence;
        finish = Finish.STOP;
    }

    /** Raises the number of the prompt's tokens to {@code count}. A smaller number changes nothing. */
    public void countPrompt(int count) {
        promptTokens.accumulateAndGet(count, Math::max);
    }

    /** Raises the number of the output's tokens to {@code count}. A smaller number changes nothing. */
    public void countCompletion(int count) {
        completionTokens.accumulateAndGet(count, Math::max);
    }

    /** Adds to the number of the prompt's tokens, which stops at the largest {@code int}. */
    public void addPrompt(int count) {
        promptTokens.accumulateAndGet(count, WrittenSummary::sum);
    }

    /** Adds to the number of the output's tokens, which stops at the largest {@code int}. */
    public void addCompletion(int count) {
        completionTokens.accumulateAndGet(count, WrittenSummary::sum);
    }

    private static int sum(int known, int count) {
        return (int) Math.min(Integer.MAX_VALUE, (long) Math.max(0, known) + count);
    }

    @Override
    public Optional<Finish> finish() {
        return Optional.ofNullable(finish);
    }

    @Override
    public Optional<String> stopSequence() {
        return Optional.ofNullable(stopSequence);
    }

    @Override
    public OptionalInt promptTokens() {
        return known(promptTokens.get());
    }

    @Override
    public OptionalInt completionTokens() {
        return known(completionTokens.get());
    }

    private static OptionalInt known(int count) {
        return count < 0 ? OptionalInt.empty() : OptionalInt.of(count);
    }
}
