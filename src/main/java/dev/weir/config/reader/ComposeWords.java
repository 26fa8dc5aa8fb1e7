package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.config.ModelTask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The words of all versions of model-compose, by the place where they are written. A word of the table that Weir does not
 * have is foreign: it is known, but does not work here. A word that Weir registers is foreign no longer.
 *
 * @param kind the kind of the words, for messages
 * @param foreign the words that model-compose has and Weir has not, in alphabetical order
 */
public record ComposeWords(String kind, List<String> foreign) {
    public static final ComposeWords COMPONENT_TYPE = of("component type", ComponentReader.TYPES, words("""
            agent audio-analyzer audio-capture audio-clipper audio-converter audio-extractor audio-feature-extractor
            audio-mixer audio-playback audio-processor audio-segment-detector audio-silence-detector
            audio-synchronizer camera-pose-estimator data-queue datasets document-loader file-store graph-store
            html-frame-renderer http-client http-server image-analyzer image-compressor image-drawing image-processor
            json-rpc-client key-value-store mcp-client mcp-server media-downloader media-inspector model
            model-3d-converter model-3d-renderer model-memory model-tokenizer model-trainer morpheme-analyzer
            music-analyzer music-segment-detector music-synthesizer rtmp-publisher screen-capture search-engine
            sentence-splitter shell subtitle-loader text-parser text-splitter transcript-corrector vector-processor
            vector-store video-analyzer video-capture video-clipper video-converter video-encoder
            video-frame-extractor video-mixer video-playback video-processor video-scene-detector web-browser
            web-scraper websocket-client websocket-server workflow
            """));
    public static final ComposeWords MODEL_TASK = of(
            "task", Arrays.stream(ModelTask.values()).map(ModelTask::toString).toList(), words("""
            audio-text-alignment chat-completion face-detection face-embedding face-swap face-tracking
            image-background-removal image-embedding image-generation image-segmentation image-text-scoring
            image-text-to-text image-to-3d image-to-text image-to-video image-upscale image-upscaling lip-sync
            motion-generation music-beat-tracking music-generation music-pitch-estimation music-source-separation
            music-transcription object-detection pose-detection pose-tracking shot-boundary-detection
            speaker-diarization speech-to-text summarization talking-head text-classification text-embedding
            text-generation text-reranking text-to-image text-to-speech text-to-text text-to-video translation
            typed-decision video-embedding video-text-scoring video-to-video voice-activity-detection
            """));
    public static final ComposeWords DRIVER =
            of("driver", List.of("huggingface"), List.of("custom", "huggingface", "llamacpp", "unsloth", "vllm"));
    public static final ComposeWords WEIGHTS =
            of("quantization", ModelReader.PRECISIONS.keySet(), List.of("fp4", "nf4"));
    public static final ComposeWords JOB_TYPE = of("job type", JobReader.TYPES, words("""
            accumulate action component delay fan-out filter for-each if inline loop pipeline random-router switch
            """));
    public static final ComposeWords CONTROLLER_TYPE = of(
            "controller type",
            List.of("http-server", "mcp-server"),
            List.of("http-server", "mcp-server", "queue-subscriber"));
    public static final ComposeWords COMPLETION =
            of("completion type", List.of("polling"), List.of("callback", "polling"));
    public static final ComposeWords RUNTIME =
            of("runtime", RuntimeKey.OWN, List.of("apple-container", "docker", "process", "virtualenv"));
    public static final ComposeWords TOP_LEVEL_KEY =
            of("key", List.of("component", "components", "controller", "workflow", "workflows"), words("""
            component components controller gateway gateways listener listeners logger loggers system systems tracer
            tracers workflow workflows
            """));

    public ComposeWords {
        foreign = List.copyOf(foreign);
    }

    private static ComposeWords of(String kind, Collection<String> own, List<String> all) {
        return new ComposeWords(
                kind, all.stream().filter(word -> !own.contains(word)).sorted().toList());
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    /** Whether model-compose has the word and Weir has not. */
    boolean isForeign(String word) {
        return foreign.contains(word);
    }

    /** Returns the nearest word for a misspelt one: of Weir or of model-compose; {@code otherwise} if none is near enough. */
    String remedy(String word, List<String> own, String otherwise) {
        List<String> all = new ArrayList<>(own);
        all.addAll(foreign);
        return Suggestion.remedy(word, all, otherwise);
    }

    /** The message about a foreign word. */
    String message(String word) {
        return kind + " '" + word + "' is known to model-compose, not to Weir";
    }
}
