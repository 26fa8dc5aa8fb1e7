package dev.weir.component.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.WeirException;
import dev.weir.component.Given;
import dev.weir.component.Readiness;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelLocation;
import dev.weir.hub.FakeHub;
import dev.weir.hub.Hub;
import dev.weir.hub.HubSettings;
import dev.weir.inference.LoadedModel;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.Precision;
import dev.weir.inference.spec.RunLimit;
import dev.weir.onnx.LoopingDecoder;
import dev.weir.stream.Cancellation;
import dev.weir.stream.CancellationActions;
import dev.weir.stream.FaultyExecutor;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SharedModelsTest {
    private static final String GRAPH = "onnx/model.onnx";
    private static final ModelLocation TINY = new ModelLocation.HuggingFace(
            "org/tiny", "main", Optional.empty(), Optional.empty(), false, Optional.empty());

    @TempDir
    private Path cache;

    private final FakeHub server = new FakeHub();
    private final ThreadPoolExecutor loaders =
            new ThreadPoolExecutor(0, 10, 0, TimeUnit.SECONDS, new SynchronousQueue<>());
    private final ThreadPoolExecutor callbacks =
            new ThreadPoolExecutor(0, 10, 0, TimeUnit.SECONDS, new SynchronousQueue<>());

    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void stop() {
        timers.shutdownNow();
        server.close();
        loaders.shutdownNow();
        callbacks.shutdownNow();
    }

    private SharedModels models() {
        return models(loaders);
    }

    private SharedModels models(Executor executor) {
        Map<String, String> environment = Map.of(
                "HF_ENDPOINT", server.endpoint().toString(), "HF_HUB_CACHE", cache.toString(), "HF_TOKEN", "hf_s3cret");
        ModelSource source = new ModelSource(() -> new Hub(HubSettings.of(environment, cache), callbacks));
        return new SharedModels(source, InferenceSettings.defaults(), limits(Duration.ofSeconds(20)), executor);
    }

    private LoadLimits limits(Duration loadTimeout) {
        return new LoadLimits(loadTimeout, RunLimit.NONE, Tokenizer.Trial.NONE, new Timers(timers));
    }

    private LoadedModel given(SharedModel model) throws InterruptedException {
        return Given.by(model.ready(new Cancellation(), new Tasks(callbacks), new Timers(timers)));
    }

    private void tiny() {
        server.repository("org/tiny")
                .file("config.json", "{}")
                .file("tokenizer.json", "{}")
                .file(GRAPH, 300_000);
    }

    @Test
    void aDownloadIsToldAndEndsWithItsLastUser() throws Exception {
        tiny();
        server.fail(GRAPH, new FakeHub.Fault.Stall(150_000));
        SharedModel model = models().use(TINY, Optional.empty(), "cpu", true, text -> text);
        Readiness half = new Readiness.Loading(Optional.of(new Readiness.Download(GRAPH, 50)));
        await(() -> model.readiness().equals(half));
        model.release();

        await(() -> loaders.getPoolSize() == 0);
        assertThat(cache.resolve("models--org--tiny/blobs"))
                .isDirectoryContaining(file -> file.toString().endsWith(".incomplete"));
    }

    @Test
    void aModelThatCannotBeHadFailsWithTheReasonAndWithoutTheToken() throws Exception {
        SharedModel model = models().use(TINY, Optional.of(ModelConfig.Precision.INT8), "cpu", true, text -> text);

        assertThatThrownBy(() -> given(model))
                .hasMessage(
                        "model org/tiny cannot be loaded: model org/tiny of the Hub: there is no such repository, or it"
                                + " is private; check its name and whether the token (HF_TOKEN) may read it");
        assertThat(model.readiness()).isInstanceOf(Readiness.Failed.class);
    }

    private SharedModel looping(Duration loadTimeout) throws IOException {
        Path folder = cache.resolve("looping");
        LoopingDecoder.write(folder, 1, true);
        SharedModels models = new SharedModels(
                new ModelSource(() -> null), InferenceSettings.defaults(), limits(loadTimeout), loaders);
        return models.use(new ModelLocation.Local(folder), Optional.empty(), "cpu", true, text -> text);
    }

    @Test
    void aModelThatDoesNotEndOpeningFailsAndComputesNoMore() throws Exception {
        SharedModel model = looping(Duration.ofMillis(300));
        await(() -> model.readiness() instanceof Readiness.Failed);

        assertThat(((Readiness.Failed) model.readiness()).reason())
                .contains("opening its files took longer than allowed")
                .contains("weir.model.load-timeout): use a smaller model, or raise the limit");
        await(() -> loaders.getActiveCount() == 0);
        model.release();
    }

    @Test
    void aModelThatDoesNotEndOpeningEndsWithItsLastUser() throws Exception {
        SharedModel model = looping(Duration.ofMinutes(5));
        await(() -> loaders.getActiveCount() == 1);
        model.release();

        await(() -> loaders.getActiveCount() == 0);
    }

    @Test
    void aModelOfTheHubIsLoadedAsOneOnDiskIs() throws Exception {
        FakeHub.Repository stories = server.repository("org/stories");
        Path folder = Path.of("examples", "models", "stories");
        for (String file : new String[] {"config.json", "tokenizer.json", "tokenizer_config.json"}) {
            stories.file(file, Files.readString(folder.resolve(file)));
        }
        stories.file("onnx/model_quantized.onnx", Files.readAllBytes(folder.resolve("onnx/model_quantized.onnx")));
        SharedModels models = models();
        ModelLocation location = new ModelLocation.HuggingFace(
                "org/stories", "main", Optional.empty(), Optional.empty(), false, Optional.empty());
        SharedModel model = models.use(location, Optional.of(ModelConfig.Precision.INT8), "cpu", true, text -> text);
        assertThat(models.use(location, Optional.of(ModelConfig.Precision.INT8), "cpu", true, text -> text))
                .isSameAs(model);

        assertThat(given(model).contextLength()).isPositive();
        model.release();
        model.release();
        await(() -> loaders.getPoolSize() == 0);
    }

    @ParameterizedTest
    @CsvSource({
        "stories, FLOAT16, true, 'has no graph of the precision float16: onnx/model.onnx runs'",
        "stories, INT4, true, 'has no graph of the precision int4: onnx/model.onnx runs'",
        "headline, FLOAT16, true, 'has no graph of the precision float16: onnx/decoder_model_merged.onnx runs'",
        "numbers-ko-en, INT4, true, 'has no graph of the precision int4: onnx/decoder_model_merged.onnx runs'",
        "stories, INT8, true, ",
        "headline, FLOAT32, true, ",
        "numbers-ko-en, INT8, true, ",
    })
    void aModelWithoutAGraphOfThePrecisionRunsAnotherWithOneWarning(
            String name, ModelConfig.Precision precision, boolean generates, @Nullable String warning)
            throws Exception {
        ModelLocation location = new ModelLocation.Local(Path.of("examples", "models", name));
        try (LoggedWarnings log = new LoggedWarnings(SharedModels.class)) {
            SharedModels models = models();
            SharedModel model = models.use(location, Optional.of(precision), "cpu", generates, text -> text);
            SharedModel again = models.use(location, Optional.of(precision), "cpu", generates, text -> text);

            assertThat(given(model).contextLength()).isPositive();
            assertThat(log.messages().stream().filter(message -> message.contains("precision")))
                    .isEqualTo(warning == null ? List.of() : List.of("model " + location + " " + warning));
            model.release();
            again.release();
        }
        await(() -> loaders.getPoolSize() == 0);
    }

    @Test
    void aModelOfTheHubWithoutAGraphOfThePrecisionRunsAnother() throws Exception {
        FakeHub.Repository stories = server.repository("org/stories");
        Path folder = Path.of("examples", "models", "stories");
        for (String file : new String[] {"config.json", "tokenizer.json", "tokenizer_config.json"}) {
            stories.file(file, Files.readString(folder.resolve(file)));
        }
        stories.file("onnx/model_quantized.onnx", Files.readAllBytes(folder.resolve("onnx/model_quantized.onnx")));
        ModelLocation location = new ModelLocation.HuggingFace(
                "org/stories", "main", Optional.empty(), Optional.empty(), false, Optional.empty());
        ModelLocation named = new ModelLocation.HuggingFace(
                "org/stories", "main", Optional.of("onnx/model_fp16.onnx"), Optional.empty(), false, Optional.empty());
        try (LoggedWarnings log = new LoggedWarnings(SharedModels.class)) {
            SharedModels models = models();
            SharedModel model =
                    models.use(location, Optional.of(ModelConfig.Precision.FLOAT16), "cpu", true, text -> text);

            assertThat(given(model).contextLength()).isPositive();
            assertThat(log.messages())
                    .contains(
                            "model org/stories has no graph of the precision float16: onnx/model_quantized.onnx runs");
            model.release();
            SharedModel absent = models.use(named, Optional.empty(), "cpu", true, text -> text);
            assertThatThrownBy(() -> given(absent)).hasMessageContaining("wanted was onnx/model_fp16.onnx");
            absent.release();
        }
        await(() -> loaders.getPoolSize() == 0);
    }

    /** The warnings of a logger while it is open. */
    private static final class LoggedWarnings extends Handler implements AutoCloseable {
        private final Logger logger;
        private final List<String> messages = new CopyOnWriteArrayList<>();

        LoggedWarnings(Class<?> owner) {
            logger = Logger.getLogger(owner.getName());
            logger.addHandler(this);
        }

        List<String> messages() {
            return messages;
        }

        @Override
        public void publish(LogRecord logged) {
            if (logged.getLevel().equals(Level.WARNING)) {
                messages.add(new SimpleFormatter().formatMessage(logged));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }

    @Test
    void oneDeviceUnderTwoNamesLoadsAModelOnce() throws Exception {
        tiny();
        server.fail(GRAPH, new FakeHub.Fault.Stall(0));
        SharedModels models = models();
        SharedModel first = models.use(TINY, Optional.empty(), "cuda", true, text -> text);
        assertThat(models.use(TINY, Optional.empty(), "cuda:0", true, text -> text))
                .isSameAs(first);
        SharedModel other = models.use(TINY, Optional.empty(), "cuda:1", true, text -> text);
        assertThat(other).isNotSameAs(first);
        first.release();
        first.release();
        other.release();
        await(() -> loaders.getPoolSize() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void aRefusedThreadLeavesNothingAndTheNextUseLoads(FaultyExecutor.Fault fault) throws Exception {
        tiny();
        server.fail(GRAPH, new FakeHub.Fault.Stall(0));
        try (FaultyExecutor threads = new FaultyExecutor()) {
            SharedModels models = models(threads);
            threads.failAt(1, fault);
            assertThatThrownBy(() -> models.use(TINY, Optional.empty(), "cpu", true, text -> text))
                    .isInstanceOf(WeirException.class)
                    .hasMessage("model org/tiny cannot be loaded: the server has no thread for it");
            SharedModel next = models.use(TINY, Optional.empty(), "cpu", true, text -> text);
            assertThat(next.readiness()).isInstanceOf(Readiness.Loading.class);
            next.release();
        }
    }

    /** Repeatedly releases the last use of a model while another use begins: a model that is being closed is never handed out. */
    @Test
    void aModelThatIsBeingReleasedIsNotHandedOut() throws Exception {
        SharedModels models = models(task -> {});
        for (int i = 0; i < 2000; i++) {
            SharedModel old = models.use(TINY, Optional.empty(), "cpu", true, text -> text);
            CyclicBarrier together = new CyclicBarrier(2);
            Future<?> releasing = callbacks.submit(() -> {
                together.await();
                old.release();
                return null;
            });
            together.await();
            SharedModel used = models.use(TINY, Optional.empty(), "cpu", true, text -> text);
            releasing.get();
            assertThat(used.readiness()).as("round " + i).isInstanceOf(Readiness.Loading.class);
            used.release();
        }
    }

    @Test
    void aWaitForAModelEndsWithItsRunOrTheTimeAndLeavesNothing() throws Exception {
        SharedModels models =
                new SharedModels(null, InferenceSettings.defaults(), limits(Duration.ofMillis(50)), task -> {});
        SharedModel model = models.use(TINY, Optional.empty(), "cpu", true, text -> text);
        Cancellation run = new Cancellation();
        timers.setRemoveOnCancelPolicy(true);
        assertThatThrownBy(() -> Given.by(model.ready(run, new Tasks(callbacks), new Timers(timers))))
                .hasMessage("model org/tiny is still loading after 0 s (weir.model.load-timeout)");
        assertThat(CancellationActions.of(run)).isZero();
        SharedModels patient = models(task -> {});
        SharedModel other = patient.use(TINY, Optional.empty(), "cpu", true, text -> text);
        CompletableFuture<LoadedModel> waiting = other.ready(run, new Tasks(callbacks), new Timers(timers));
        run.cancel("client disconnected");
        assertThatThrownBy(() -> Given.by(waiting)).hasMessage("the run was cancelled: client disconnected");
        assertThat(timers.getQueue()).isEmpty();
    }

    @Test
    void theConfiguredFileTellsItsPrecision() {
        assertThat(precisionOf("onnx/model_q4f16.onnx")).isEqualTo(Precision.INT4_FLOAT16);
        assertThat(precisionOf("onnx/model_quantized.onnx")).isEqualTo(Precision.INT8);
        assertThat(precisionOf("model.onnx")).isEqualTo(Precision.FLOAT32);
        assertThatThrownBy(() -> precisionOf("model.safetensors"))
                .hasMessage("filename must be an ONNX file such as onnx/model_q4.onnx, was 'model.safetensors'");
    }

    private static Precision precisionOf(String file) {
        return ModelSource.precision(
                new ModelLocation.HuggingFace(
                        "org/tiny", "main", Optional.of(file), Optional.empty(), false, Optional.empty()),
                Optional.empty());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
