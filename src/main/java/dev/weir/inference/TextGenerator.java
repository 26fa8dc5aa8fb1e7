package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.tokenizer.ChatMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * One loaded model that continues texts and conversations: tokenizer, model and scheduler together. Thread-safe.
 */
public final class TextGenerator implements AutoCloseable {

    private TextGenerator() {}

    /** Loads the model. */
    public static TextGenerator open(
            ModelFolder folder, Precision precision, InferenceSettings settings, Executor executor) {
        return unavailable();
    }

    /** Continues {@code prompt}. */
    public ChunkSource generate(String prompt, GenerationSettings settings) {
        return unavailable();
    }

    /** Answers the last of {@code messages}. */
    public ChunkSource chat(List<ChatMessage> messages, GenerationSettings settings) {
        return unavailable();
    }

    /** The most tokens that prompt and output may have together. */
    public int contextLength() {
        return unavailable();
    }

    /** What the scheduler is doing now. */
    public SchedulerState state() {
        return unavailable();
    }

    /** Waits until the scheduler's state is as wanted, at most {@code timeout}; false when that has passed. */
    public boolean awaitState(Predicate<SchedulerState> wanted, Duration timeout) throws InterruptedException {
        return unavailable();
    }

    @Override
    public void close() {}

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T unavailable() {
        throw new WeirException(ErrorCode.NOT_READY, "no model is loaded");
    }
}
