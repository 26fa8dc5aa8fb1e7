package dev.weir.component.model;

import dev.weir.component.Output;
import dev.weir.inference.TextGenerator;
import dev.weir.inference.schedule.GeneratedText;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.Received;
import dev.weir.stream.SerialTask;
import dev.weir.stream.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Collects the texts of a call that does not stream. At most {@code batch_size} inputs are at work at once. One serial
 * task begins the inputs and reads the chunks that are available; no thread waits for the next chunk.
 */
final class WholeTexts {
    private final GenerationCall call;
    private final TextGenerator generator;
    private final GenerationSettings settings;
    private final Cancellation cancellation;
    private final CompletableFuture<Output> end = new CompletableFuture<>();
    private final CallServices services;
    private final SerialTask turn;
    // Used by the serial task only:
    private final List<@Nullable Object> results = new ArrayList<>();
    private final List<Input> open = new ArrayList<>();
    private final TextsSummary summary = new TextsSummary();

    /** The texts of one input, available after it is encoded. */
    private record Input(int number, CompletableFuture<List<Text>> texts) {
        /** Reads the available chunks. True at the end of all texts. */
        boolean read(Runnable whenReadable) {
            if (!texts.isDone()) {
                return false;
            }
            boolean whole = true;
            for (Text text : texts.join()) {
                whole &= text.read(whenReadable);
            }
            return whole;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // Nothing follows.
        void close() {
            texts.thenAccept(all -> all.forEach(text -> text.source.close()));
        }
    }

    /** One text, as far as it was read. */
    private static final class Text {
        private final GeneratedText source;
        private final StringBuilder text = new StringBuilder();
        private boolean whole;

        Text(GeneratedText source) {
            this.source = source;
        }

        boolean read(Runnable whenReadable) {
            while (!whole) {
                Received received = source.poll(whenReadable);
                if (received == null) {
                    return false;
                } else if (received instanceof Received.Failed failed) {
                    throw failed.cause();
                } else if (received instanceof Received.Chunk chunk) {
                    text.append(chunk.value());
                } else {
                    whole = true;
                }
            }
            return true;
        }
    }

    private WholeTexts(
            GenerationCall call,
            TextGenerator generator,
            GenerationSettings settings,
            Cancellation cancellation,
            CallServices services) {
        this.call = call;
        this.generator = generator;
        this.settings = settings;
        this.cancellation = cancellation;
        this.services = services;
        this.turn = new SerialTask(services.tasks(), this::advance, refusal -> fail(Tasks.refusal(refusal)));
    }

    /**
     * The text of each input, or the list of its texts if the call asks for several; of a single input, its text or texts. The
     * future completes on a task thread.
     */
    static CompletableFuture<Output> of(
            GenerationCall call,
            TextGenerator generator,
            GenerationSettings settings,
            Cancellation cancellation,
            CallServices services) {
        WholeTexts texts = new WholeTexts(call, generator, settings, cancellation, services);
        Continuations.closing(texts.end, cancellation.onCancel(texts.turn::signal));
        texts.turn.signal();
        return texts.end;
    }

    private void advance() {
        if (end.isDone()) {
            return;
        }
        try {
            cancellation.throwIfCancelled();
            open.removeIf(this::isRead);
            while (open.size() < call.batchSize()
                    && results.size() < call.prompts().size()) {
                begin();
            }
            if (open.isEmpty()) {
                end.complete(output());
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private Output output() {
        Object value = call.several() ? List.copyOf(results) : results.get(0);
        return new Output.Value(value, Optional.empty(), summary.written());
    }

    private boolean isRead(Input input) {
        if (!input.read(turn::signal)) {
            return false;
        }
        List<Text> read = input.texts().join();
        summary.add(read.stream().map(text -> text.source.summary()).toList());
        List<String> texts = read.stream().map(text -> text.text.toString()).toList();
        results.set(input.number(), settings.sequences() == 1 ? texts.get(0) : texts);
        input.close();
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The serial task reads the outcome.
    private void begin() {
        TextGenerator.Written prompt = call.prompts().get(results.size()).written(generator, settings, cancellation);
        CompletableFuture<List<Text>> texts = services.encoding()
                .during(
                        prompt.text().length(),
                        cancellation,
                        () -> generator.whole(prompt, settings).stream()
                                .map(Text::new)
                                .toList());
        open.add(new Input(results.size(), texts));
        results.add(null);
        // Runs the serial task again when the texts have begun or failed.
        texts.whenComplete((begun, failure) -> turn.signal());
    }

    private void fail(Throwable failure) {
        try {
            open.forEach(Input::close);
        } finally {
            end.completeExceptionally(Continuations.cause(failure));
        }
    }
}
