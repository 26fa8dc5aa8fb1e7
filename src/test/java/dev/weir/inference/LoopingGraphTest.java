package dev.weir.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.schedule.SchedulerState;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.ModelOpening;
import dev.weir.inference.spec.Precision;
import dev.weir.inference.spec.RunLimit;
import dev.weir.onnx.LoopingDecoder;
import dev.weir.onnx.TokenTable;
import dev.weir.sampling.SamplingParameters;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Timers;
import dev.weir.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A graph with a loop that practically never ends: each run can be aborted. */
class LoopingGraphTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final GenerationSettings TEN = GenerationSettings.of(10, SamplingParameters.greedy());
    private static final int HARMLESS = 3;

    @RegisterExtension
    static final Pool POOL = new Pool();

    @TempDir
    Path folder;

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    private TextGenerator open(RunLimit limit, Cancellation cancellation) {
        return TextGenerator.open(
                new ModelFolder(folder),
                Precision.FLOAT32,
                new InferenceSettings(1, 8, 8, 64),
                POOL,
                new ModelOpening(Tokenizer.Trial.NONE, limit, cancellation));
    }

    private static boolean computes() {
        return Thread.getAllStackTraces().values().stream()
                .anyMatch(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().equals("ai.onnxruntime.OrtSession")
                                && frame.getMethodName().equals("run")));
    }

    private static void await(BooleanSupplier wanted) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time-out").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** Cancels an opening that computes: it ends as cancelled, and the computation stops. */
    private static void assertEndsWhenCancelled(CompletableFuture<?> opening, Cancellation cancellation) {
        await(LoopingGraphTest::computes);
        assertThat(opening).isNotDone();
        cancellation.cancel("the model is no longer used");

        assertThat(opening)
                .failsWithin(LONG)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(computes()).isFalse();
    }

    @Test
    void aCancelledOpeningEndsItsRun() throws Exception {
        LoopingDecoder.write(folder, HARMLESS, true);
        Cancellation cancellation = new Cancellation();
        CompletableFuture<TextGenerator> opening =
                CompletableFuture.supplyAsync(() -> open(RunLimit.NONE, cancellation), POOL);
        assertEndsWhenCancelled(opening, cancellation);
    }

    @Test
    void anOpeningThatIsCancelledBeforeItRunsDoesNotRun() throws Exception {
        LoopingDecoder.write(folder, HARMLESS, true);
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("the model is no longer used");

        assertThatThrownBy(() -> open(RunLimit.NONE, cancellation)).hasMessageContaining("the model is no longer used");
    }

    @Test
    void aRunHasALimitWhileTheModelIsOpened() throws Exception {
        LoopingDecoder.write(folder, HARMLESS, true);
        RunLimit limit = new RunLimit(Duration.ofMillis(200), new Timers(timers));

        assertThatThrownBy(() -> open(limit, new Cancellation()))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
                .hasMessage("a run of the model's graph did not end (within 0.2 s, weir.model.run-timeout):"
                        + " use a smaller model, or raise the limit");
    }

    private TextEncoder openEncoder(RunLimit limit, Cancellation cancellation) throws IOException {
        new TokenTable(List.of("w0", "w1"), List.of(List.of(0f), List.of(1f)))
                .writeLooping(folder, "{\"vocab_size\": 2}");
        return TextEncoder.open(
                new ModelFolder(folder),
                Precision.FLOAT32,
                new InferenceSettings(1, 8, 8, 64),
                POOL,
                new ModelOpening(Tokenizer.Trial.NONE, limit, cancellation));
    }

    @Test
    void aCancelledOpeningOfAnEncoderEndsItsRun() {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<TextEncoder> opening = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return openEncoder(RunLimit.NONE, cancellation);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                POOL);
        assertEndsWhenCancelled(opening, cancellation);
    }

    @Test
    void anOpeningOfAnEncoderThatIsCancelledBeforeItRunsDoesNotRun() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("the model is no longer used");

        assertThatThrownBy(() -> openEncoder(RunLimit.NONE, cancellation))
                .hasMessageContaining("the model is no longer used");
    }

    @Test
    void aRunHasALimitWhileAnEncoderIsOpened() {
        RunLimit limit = new RunLimit(Duration.ofMillis(200), new Timers(timers));

        assertThatThrownBy(() -> openEncoder(limit, new Cancellation()))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
    }

    @Test
    void aStepEndsWithItsLastReader() throws Exception {
        LoopingDecoder.write(folder, LoopingDecoder.LOOPING, false);
        try (TextGenerator generator = open(RunLimit.NONE, new Cancellation())) {
            ChunkSource source = generator.generate("w1 w2", TEN);
            await(LoopingGraphTest::computes);
            source.close();

            assertThat(generator.awaitState(SchedulerState::idle, LONG)).isTrue();
            assertThat(computes()).isFalse();
        }
    }

    @Test
    void aPromptThatLoopsEndsWithItsReader() throws Exception {
        LoopingDecoder.write(folder, HARMLESS, false);
        try (TextGenerator generator = open(RunLimit.NONE, new Cancellation())) {
            ChunkSource source = generator.generate("w0", TEN);
            await(LoopingGraphTest::computes);
            source.close();

            assertThat(generator.awaitState(SchedulerState::idle, LONG)).isTrue();
            assertThat(computes()).isFalse();
        }
    }

    @Test
    void aStepEndsWithItsModel() throws Exception {
        LoopingDecoder.write(folder, LoopingDecoder.LOOPING, false);
        TextGenerator generator = open(RunLimit.NONE, new Cancellation());
        ChunkSource source = generator.generate("w1 w2", TEN);
        await(LoopingGraphTest::computes);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(generator::close, POOL);

        assertThat(closing).succeedsWithin(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(computes()).isFalse();
        assertThatThrownBy(() -> Read.text(source))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
    }

    @Test
    void aStepThatTakesTooLongFailsAndTheModelGoesOn() throws Exception {
        LoopingDecoder.write(folder, HARMLESS, false);
        RunLimit limit = new RunLimit(Duration.ofSeconds(1), new Timers(timers));
        try (TextGenerator generator = open(limit, new Cancellation())) {
            assertThatThrownBy(() -> Read.text(generator.generate("w0", TEN)))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
            assertThat(Read.text(generator.generate("w1", TEN))).startsWith("w3");
        }
    }
}
