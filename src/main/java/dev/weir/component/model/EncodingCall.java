package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Values;
import dev.weir.component.CallValues;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelTask;
import dev.weir.inference.TextEncoder;
import dev.weir.inference.TextEncoder.Pooling;
import dev.weir.inference.TextEncoder.Texts;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call of an action that only reads texts, rendered and checked.
 *
 * @param several whether the input was a list, so that the result is a list too
 * @param answers the form of a classifier's answers
 * @param batchSize the most texts that the model reads together
 */
record EncodingCall(
        ModelTask task,
        List<String> texts,
        boolean several,
        int batchSize,
        OptionalInt maxTokens,
        Pooling pooling,
        boolean normalised,
        Answers answers) {
    /** The default for batches of short texts. Batches of longer texts are bounded by their tokens. */
    private static final int DEFAULT_BATCH = 64;
    /** The most texts of a window, and their characters: a window is tokenized at once. */
    private static final int MAX_WINDOW = 256;

    private static final long MAX_WINDOW_CHARACTERS = 65_536;

    /**
     * Renders and checks a call.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the key, the value and the allowed values
     */
    static EncodingCall of(ModelAction action, ModelTask task, Scope scope, CallLimits limits) {
        GenerationParameters parameters = new GenerationParameters(action.params(), Map.of(), scope);
        if (CallValues.flag("streaming", action.streaming().render(scope))) {
            throw invalid("streaming must be false, was true: " + task + " has no text to stream");
        }
        Object input = action.text() == null ? null : action.text().render(scope);
        Object size = action.batchSize() == null ? null : action.batchSize().render(scope);
        int batchSize = CallValues.whole("batch_size", size, DEFAULT_BATCH, limits.batchSizes());
        return new EncodingCall(
                task,
                ModelInput.texts(input, action.text(), limits),
                input instanceof List<?>,
                batchSize,
                GenerationCall.maxInput(action, scope),
                pooling(parameters.value("pooling")),
                parameters.flag("normalize", true),
                Answers.of(action.classification(), scope));
    }

    private static Pooling pooling(@Nullable Object value) {
        String name = value == null ? "mean" : Values.text(value);
        return switch (name) {
            case "mean" -> Pooling.MEAN;
            case "cls" -> Pooling.CLS;
            case "max" -> Pooling.MAX;
            default -> throw invalid("pooling must be mean, cls or max, was " + Values.describe(name));
        };
    }

    /**
     * The result for each text, or for the single text. Windows of texts are read in the order of the input, and texts
     * within a window by length. The future completes on a task thread.
     */
    CompletableFuture<Object> run(TextEncoder encoder, Cancellation cancellation, CallServices services) {
        return new Encoding(encoder, cancellation, services).begin();
    }

    /** The windows of this call, one at a time. */
    private final class Encoding {
        private final TextEncoder encoder;
        private final Cancellation cancellation;
        private final CallServices services;
        private final List<Object> results = new ArrayList<>();
        private final CompletableFuture<Object> end = new CompletableFuture<>();

        Encoding(TextEncoder encoder, Cancellation cancellation, CallServices services) {
            this.encoder = encoder;
            this.cancellation = cancellation;
            this.services = services;
        }

        CompletableFuture<Object> begin() {
            next();
            return end;
        }

        private void next() {
            int from = results.size();
            if (from == texts.size()) {
                end.complete(several ? results : results.get(0));
                return;
            }
            Texts window = new Texts(texts.subList(from, end(from)), maxTokens, batchSize);
            Continuations.then(
                    Continuations.onTask(inTurn(window), services.tasks(), unwanted -> {}),
                    (read, failure) -> {
                        if (failure == null && read != null) {
                            results.addAll(read);
                            next();
                        } else if (failure != null) {
                            end.completeExceptionally(failure);
                        }
                    },
                    end);
        }

        /** The end of the window that begins at a text. A window has at least one text. */
        private int end(int from) {
            int to = from + 1;
            long characters = texts.get(from).length();
            while (to < texts.size() && to - from < MAX_WINDOW) {
                characters += texts.get(to).length();
                if (characters > MAX_WINDOW_CHARACTERS) {
                    return to;
                }
                to++;
            }
            return to;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // The inner future is the one that is returned.
        private CompletableFuture<List<Object>> inTurn(Texts window) {
            long characters = window.texts().stream().mapToLong(String::length).sum();
            return services.encoding()
                    .during(characters, cancellation, () -> read(window))
                    .thenCompose(read -> read);
        }

        private CompletableFuture<List<Object>> read(Texts window) {
            return task == ModelTask.TEXT_EMBEDDING
                    ? encoder.embed(window, pooling, normalised, cancellation)
                            .thenApply(embeddings -> embeddings.stream()
                                    .<Object>map(EncodingCall::numbers)
                                    .toList())
                    : encoder.classify(window, cancellation)
                            .thenApply(
                                    classes -> classes.stream().map(answers::of).toList());
        }
    }

    private static List<Object> numbers(float[] embedding) {
        List<Object> numbers = new ArrayList<>(embedding.length);
        for (float number : embedding) {
            numbers.add((double) number);
        }
        return numbers;
    }

    private static WeirException invalid(String message) {
        return new WeirException(ErrorCode.INVALID_INPUT, message);
    }
}
