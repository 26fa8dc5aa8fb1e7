package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.ComponentRegistry;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.config.ActionJob;
import dev.weir.config.ComposeConfig;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.ModelTask;
import dev.weir.config.yaml.Problem;
import dev.weir.stream.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each word of model-compose is known: without support its component alone fails, and no word is called misspelt. */
class ComposeWordsTest {
    private static final List<String> COMPONENTS = words("""
            http-server http-client websocket-server websocket-client mcp-server mcp-client agent model model-memory
            model-trainer model-tokenizer datasets vector-store workflow shell text-splitter sentence-splitter
            transcript-corrector morpheme-analyzer image-processor image-compressor image-analyzer vector-processor
            web-scraper web-browser html-frame-renderer video-scene-detector video-clipper video-converter video-encoder
            video-frame-extractor video-mixer video-analyzer screen-capture audio-capture video-capture rtmp-publisher
            media-inspector media-downloader audio-extractor audio-clipper audio-converter audio-processor
            audio-feature-extractor audio-analyzer audio-playback audio-mixer key-value-store graph-store file-store
            search-engine data-queue document-loader image-drawing json-rpc-client model-3d-converter model-3d-renderer
            music-analyzer music-segment-detector music-synthesizer subtitle-loader text-parser video-playback
            video-processor
            """);
    private static final List<String> TASKS = words("""
            text-generation chat-completion text-to-text text-classification text-embedding text-reranking image-to-text
            image-text-to-text image-generation image-embedding image-upscale image-background-removal
            image-segmentation text-to-video image-to-video object-detection face-detection face-embedding
            face-tracking face-swap pose-detection pose-tracking text-to-speech speech-to-text audio-text-alignment
            voice-activity-detection speaker-diarization music-generation music-source-separation translation
            summarization image-text-scoring video-embedding video-text-scoring image-upscaling video-to-video
            image-to-3d talking-head lip-sync shot-boundary-detection music-transcription music-beat-tracking
            music-pitch-estimation motion-generation
            """);
    private static final List<String> JOBS =
            words("component delay if switch random-router filter for-each loop fan-out");
    private static final String WORKFLOWS = """
            workflows:
              - {id: other, component: other}
              - {id: tried, component: tried, action: any}
            """;
    private static final String OTHER = "  - {id: other, type: http-client, endpoint: 'http://localhost/'}\n";

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    private static void addForeign(
            List<Arguments> cases, Collection<String> all, ComposeWords words, String component) {
        all.stream()
                .filter(words::isForeign)
                .forEach(word -> cases.add(Arguments.of(word, component.replace("WORD", word))));
    }

    static List<Arguments> components() {
        List<Arguments> cases = new ArrayList<>();
        addForeign(cases, COMPONENTS, ComposeWords.COMPONENT_TYPE, "type: WORD, action: {method: x}, unread: 1");
        String model = "type: model, model: a/b, ";
        addForeign(cases, TASKS, ComposeWords.MODEL_TASK, model + "task: WORD, unread: [1]");
        String generation = model + "task: text-generation, text: x, ";
        addForeign(
                cases,
                words("unsloth vllm llamacpp custom"),
                ComposeWords.DRIVER,
                generation + "driver: WORD, unread: 1");
        addForeign(cases, words("fp4 nf4"), ComposeWords.WEIGHTS, generation + "quantization: WORD");
        addForeign(cases, words("fp4 nf4"), ComposeWords.WEIGHTS, generation + "quantization: {type: WORD, a: 1}");
        String http = "type: http-client, endpoint: 'http://localhost/', ";
        addForeign(cases, List.of("callback"), ComposeWords.COMPLETION, http + "completion: {type: WORD, wait_for: x}");
        addForeign(
                cases,
                List.of("callback"),
                ComposeWords.COMPLETION,
                "type: http-server, start: [x], actions: [{id: a, path: /, completion: {type: WORD}}]");
        addForeign(
                cases,
                words("docker apple-container"),
                ComposeWords.RUNTIME,
                "type: http-server, runtime: {type: WORD, image: x}, path: /");
        cases.add(Arguments.of("peft_adapters", generation + "peft_adapters: [{type: lora, model: c/d}]"));
        cases.add(Arguments.of("verify_ssl", http + "verify_ssl: false"));
        return cases;
    }

    @ParameterizedTest
    @MethodSource("components")
    void aComponentWithAForeignWordFailsAlone(String word, String keys) {
        LoadResult.Loaded loaded =
                Configurations.loaded(WORKFLOWS + "components:\n" + OTHER + "  - {id: tried, " + keys + "}\n");

        Problem warning = assertThat(loaded.warnings()).singleElement().actual();
        assertThat(warning.message()).contains("'" + word).contains("known to model-compose, not to Weir");
        assertThat(warning.remedy()).isEqualTo("component 'tried' fails when it is used, and the rest serves");
        assertIsNotCalledMisspelt(warning);
        ComponentRegistry components = registry(loaded.config());
        assertThat(components.get("other").readiness()).isEqualTo(new Readiness.Ready());
        assertThat(components.get("tried").readiness()).isEqualTo(new Readiness.Failed(warning.message()));
        assertThat(components.get("tried").call(invocation("any")))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining(warning.message());
    }

    static List<String> jobs() {
        return JOBS.stream().filter(ComposeWords.JOB_TYPE::isForeign).toList();
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void aJobOfAForeignTypeFailsAlone(String type) {
        LoadResult.Loaded loaded = Configurations.loaded("""
                workflow:
                  id: w
                  jobs:
                    - {id: first, component: other}
                    - {id: tried, type: %s, depends_on: first, do: {component: none}, on_error: x, unread: '${item}'}
                    - {id: last, component: other, input: '${jobs.tried.output}'}
                components:
                """.formatted(type) + OTHER);

        Problem warning = assertThat(loaded.warnings()).singleElement().actual();
        assertThat(warning.message()).isEqualTo("job type '" + type + "' is known to model-compose, not to Weir");
        assertThat(warning.remedy()).isEqualTo("job 'tried' fails when it runs, and the rest serves");
        ActionJob job = (ActionJob) loaded.config().workflows().get(0).jobs().get(1);
        assertThat(job.dependsOn()).containsExactly("first");
        ComponentRegistry components = registry(loaded.config());
        assertThat(components.get(job.componentId()).readiness()).isEqualTo(new Readiness.Failed(warning.message()));
        assertThat(components.get("other").readiness()).isEqualTo(new Readiness.Ready());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: queue-subscriber, driver: redis, host: x}                                         | queue-subscriber | /api
            {adapter: {type: queue-subscriber, base_path: /q, unread: 1}}                            | queue-subscriber | /api
            {adapter: [{type: queue-subscriber}, {type: http-server, base_path: /v1}]}               | queue-subscriber | /v1
            {adapters: [{type: http-server, base_path: /v1}, {type: queue-subscriber, unread: 1}]}   | queue-subscriber | /v1
            """)
    void aForeignControllerIsLeftOut(String controller, String word, String basePath) {
        LoadResult.Loaded loaded = Configurations.loaded(
                "controller: " + controller + "\nworkflow: {component: other}\ncomponents:\n" + OTHER);

        Problem warning = assertThat(loaded.warnings()).singleElement().actual();
        assertThat(warning.message())
                .isEqualTo("controller type '" + word + "' is known to model-compose, not to Weir");
        assertThat(loaded.config().controller().basePath()).isEqualTo(basePath);
    }

    @ParameterizedTest
    @CsvSource({
        "listener",
        "listeners",
        "gateway",
        "gateways",
        "logger",
        "loggers",
        "tracer",
        "tracers",
        "system",
        "systems"
    })
    void aForeignKeyOfTheFileIsLeftOut(String key) {
        LoadResult.Loaded loaded = Configurations.loaded(
                key + ": {type: x, unread: 1}\nworkflow: {component: other}\ncomponents:\n" + OTHER);

        Problem warning = assertThat(loaded.warnings()).singleElement().actual();
        assertThat(warning.message()).isEqualTo("key '" + key + "' is known to model-compose, not to Weir");
    }

    @ParameterizedTest
    @CsvSource({"docker", "virtualenv", "process", "apple-container"})
    void aForeignRuntimeIsLeftOut(String runtime) {
        for (String written : List.of(runtime, "{type: " + runtime + ", image: x}")) {
            LoadResult.Loaded loaded = Configurations.loaded("controller: {runtime: " + written + "}\nworkflow: {}\n"
                    + "component: {type: http-client, endpoint: 'http://localhost/', runtime: " + written + "}\n");

            assertThat(loaded.warnings())
                    .extracting(Problem::message)
                    .containsOnly("runtime '" + runtime + "' is known to model-compose, not to Weir");
            assertThat(loaded.warnings())
                    .extracting(Problem::remedy)
                    .containsExactly("the controller runs in this server", "the component runs in this server");
        }
    }

    @Test
    void noWordOfModelComposeIsUnknown() {
        assertThat(COMPONENTS)
                .allMatch(word -> ComponentReader.TYPES.contains(word) || ComposeWords.COMPONENT_TYPE.isForeign(word));
        assertThat(JOBS).allMatch(word -> JobReader.TYPES.contains(word) || ComposeWords.JOB_TYPE.isForeign(word));
        List<String> own =
                List.of(ModelTask.values()).stream().map(ModelTask::toString).toList();
        assertThat(TASKS).allMatch(word -> own.contains(word) || ComposeWords.MODEL_TASK.isForeign(word));
        assertThat(ComposeWords.COMPONENT_TYPE.foreign()).doesNotContainAnyElementsOf(ComponentReader.TYPES);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: modle}                                          | model
            {type: model, task: text-generatoin, model: a/b}       | text-generation
            {type: model, task: translation, text: x, model: a/b, driver: hugingface} | huggingface
            {type: http-client, endpoint: 'http://x/', runtime: nativ} | native
            """)
    void aMisspeltWordIsAnErrorWithTheNearest(String component, String nearest) {
        LoadResult result = Configurations.read("workflow: {}\ncomponent: " + component + "\n");

        assertThat(result)
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems())
                                .extracting(Problem::remedy)
                                .contains("did you mean '" + nearest + "'?"));
    }

    private static void assertIsNotCalledMisspelt(Problem warning) {
        assertThat(warning.toString()).doesNotContain("there is no", "did you mean", "unknown");
    }

    private static ComponentRegistry registry(ComposeConfig config) {
        return ComponentRegistry.create(config.components(), List.of(new ReadyProvider()), config.environment());
    }

    private static Invocation invocation(String action) {
        return new Invocation(action, Bindings.empty(), new Cancellation());
    }

    /** Makes components that are ready. */
    private static final class ReadyProvider implements ComponentProvider<HttpClientConfig> {
        @Override
        public Class<HttpClientConfig> configuration() {
            return HttpClientConfig.class;
        }

        @Override
        public Component create(HttpClientConfig config, EnvironmentVariables environment) {
            return new ReadyComponent(config.id());
        }
    }

    private record ReadyComponent(String id) implements Component {
        @Override
        public Readiness readiness() {
            return new Readiness.Ready();
        }

        @Override
        public CompletableFuture<Output> call(Invocation invocation) {
            return CompletableFuture.completedFuture(new Output.Value("done"));
        }

        @Override
        public void close() {}
    }
}
