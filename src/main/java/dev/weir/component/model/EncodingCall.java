package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Values;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelTask;
import dev.weir.inference.TextEncoder;
import dev.weir.inference.TextEncoder.Pooling;
import dev.weir.inference.TextEncoder.Texts;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call of a model's action that only reads, rendered and checked.
 *
 * @param several whether the input was a list, so that the result is one too
 * @param batchSize the most texts that the model reads together
 */
record EncodingCall(
        ModelTask task,
        List<String> texts,
        boolean several,
        int batchSize,
        OptionalInt maxTokens,
        Pooling pooling,
        boolean normalised) {
    /** Bounds batches of short texts; those of longer ones are bounded by their tokens. */
    private static final int DEFAULT_BATCH = 64;
    /** So many texts and characters are tokens in memory at once. */
    private static final int MAX_WINDOW = 256;

    private static final long MAX_WINDOW_CHARACTERS = 65_536;

    /** @throws WeirException {@link ErrorCode#INVALID_INPUT} that names the key, the value and what is allowed */
    static EncodingCall of(ModelAction action, ModelTask task, Scope scope, CallLimits limits) {
        GenerationParameters parameters = new GenerationParameters(action.params(), scope);
        if (GenerationParameters.flag("streaming", action.streaming().render(scope))) {
            throw invalid("streaming must be false, was true: " + task + " has no text to stream");
        }
        Object input = action.text() == null ? null : action.text().render(scope);
        Object size = action.batchSize() == null ? null : action.batchSize().render(scope);
        int batchSize = GenerationParameters.whole("batch_size", size, DEFAULT_BATCH, limits.batchSizes());
        return new EncodingCall(
                task,
                ModelInput.texts(input, action.text(), limits),
                input instanceof List<?>,
                batchSize,
                GenerationCall.maxInput(action, scope),
                pooling(parameters.value("pooling")),
                parameters.flag("normalize", true));
    }

    private static Pooling pooling(@Nullable Object value) {
        String name = value == null ? "mean" : Values.text(value);
        return switch (name) {
            case "mean" -> Pooling.MEAN;
            case "cls" -> Pooling.CLS;
            default -> throw invalid("pooling must be mean or cls, was " + Values.shown(name));
        };
    }

    /**
     * The result for each text, or for the one text: read in their order by windows, within them by length. The future completes on a
     * task's thread.
     */
    CompletableFuture<Object> run(TextEncoder encoder, Cancellation cancellation, CallServices services) {
        return new Encoding(encoder, cancellation, services).begin();
    }

    /** The windows of this call, each begun when the one before has been read. */
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

        /** Where the window that begins at a text ends; it has at least that one. */
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
                            .thenApply(classes -> classes.stream()
                                    .<Object>map(EncodingCall::answer)
                                    .toList());
        }
    }

    private static List<Object> numbers(float[] embedding) {
        List<Object> numbers = new ArrayList<>(embedding.length);
        for (float number : embedding) {
            numbers.add((double) number);
        }
        return numbers;
    }

    private static Map<String, Object> answer(Map<String, Double> classes) {
        Map.Entry<String, Double> best = classes.entrySet().iterator().next();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("label", best.getKey());
        answer.put("score", best.getValue());
        answer.put("probabilities", new LinkedHashMap<String, Object>(classes));
        return answer;
    }

    private static WeirException invalid(String message) {
        return new WeirException(ErrorCode.INVALID_INPUT, message);
    }
}
