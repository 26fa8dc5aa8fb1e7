package dev.weir.runtime;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The settings of the server: the {@code weir.*} keys of MicroProfile Config (system property, environment variable,
 * {@code microprofile-config.properties}), read once into a record for each feature. {@code docs/settings.md} lists them. An
 * invalid value becomes a problem and is replaced by its default, so that the server starts and its health names the problem.
 */
@ApplicationScoped
public class Settings {
    private static final long MOST_BODY_MEMORY = 512L << 20;

    private final SettingValues values;
    private StartSettings start;
    private RunSettings runs;
    private StreamSettings streams;
    private TaskSettings tasks;
    private McpSettings mcp;
    private MetricsSettings metrics;
    private RequestSettings requests;
    private UpstreamSettings upstreams;
    private ModelSettings models;
    private ProcessSettings processes;
    private ShutdownSettings shutdown;

    /** Reads the keys from MicroProfile Config. */
    public Settings() {
        this(key -> ConfigProvider.getConfig().getOptionalValue(key, String.class));
    }

    /**
     * Reads the keys from {@code source}.
     *
     * @param source gives the value of a key, if it has one
     */
    Settings(Function<String, Optional<String>> source) {
        values = new SettingValues(source);
    }

    @PostConstruct
    void read() {
        start = new StartSettings(
                values.list("weir.config"),
                values.flag("weir.config.reload", false),
                values.flag("weir.start.rehearsal", true));
        runs = new RunSettings(
                values.positive("weir.runs.max", 2048),
                values.atLeast(0, "weir.runs.queue", 256),
                values.aboveZero("weir.runs.queue-timeout", Duration.ofMinutes(1)),
                values.positive("weir.runs.max-calls", 100_000));
        streams = new StreamSettings(
                values.positive("weir.stream.capacity", 64),
                values.positive("weir.stream.capacity-bytes", 1 << 20),
                values.duration("weir.sse.heartbeat", Duration.ofSeconds(15)),
                values.aboveZero("weir.sse.first-chunk-wait", Duration.ofSeconds(15)),
                values.duration("weir.sse.write-timeout", Duration.ofMinutes(1)));
        tasks = new TaskSettings(
                values.positive("weir.task.max-output", 16 << 20),
                values.positive("weir.task.replay", 4096),
                values.positive("weir.task.replay-bytes", 1 << 20),
                values.duration("weir.task.resume-timeout", Duration.ofSeconds(15)));
        mcp = new McpSettings(values.duration("weir.mcp.task-after", Duration.ofSeconds(10)));
        metrics = new MetricsSettings(values.flag("weir.metrics", true), values.flag("weir.metrics.open", false));
        requests = new RequestSettings(
                values.positive("weir.http.max-body", 10 << 20),
                values.aboveZero("weir.http.body-timeout", Duration.ofSeconds(30)),
                values.positive("weir.http.body-memory", quarterOfTheHeap()),
                values.positive("weir.http.max-values", 100_000),
                values.positive("weir.http.max-text", 10 << 20),
                values.atLeast(0, "weir.http.max-files", 32),
                values.list("weir.http.hosts"),
                values.flag("weir.http.get-runs", true));
        upstreams = new UpstreamSettings(
                values.positive("weir.http.max-event", 4 << 20),
                values.positive("weir.http.max-answer", 64 << 20),
                values.positive("weir.http.max-connections", 1024),
                values.atLeast(0, "weir.http.max-waiting", 1024),
                values.flag("weir.http.deny-private", false));
        models = new ModelSettings(
                values.duration("weir.model.load-timeout", Duration.ofMinutes(5)),
                values.duration("weir.model.run-timeout", Duration.ofMinutes(2)),
                values.positive("weir.model.max-batch", 8),
                values.positive("weir.model.queue", 256),
                values.positive("weir.model.encode-characters", 1 << 18),
                values.positive("weir.model.max-sequences", 64),
                values.positive("weir.model.max-texts", 1024),
                values.positive("weir.model.search-memory", halfOfTheHeap()),
                values.flag("weir.model.trial", true),
                values.flag("weir.model.exact-batches", true),
                values.positive("weir.model.threads", Runtime.getRuntime().availableProcessors()),
                values.flag("weir.model.spinning", false));
        processes = new ProcessSettings(
                values.flag("weir.processes", true), values.positive("weir.processes.max-commands", 256));
        shutdown = new ShutdownSettings(
                values.duration("weir.shutdown.drain", Duration.ofSeconds(20)), values.file("weir.shutdown.file"));
    }

    /** All keys with their defaults: a boolean, a number or a duration; an empty text for no default. */
    Map<String, Object> defaults() {
        return Map.copyOf(values.defaults());
    }

    /** The problems of the settings, each with key, value and remedy; empty if all values are valid. */
    public List<String> problems() {
        return List.copyOf(values.problems());
    }

    public StartSettings start() {
        return start;
    }

    public RunSettings runs() {
        return runs;
    }

    public StreamSettings streams() {
        return streams;
    }

    public TaskSettings tasks() {
        return tasks;
    }

    public McpSettings mcp() {
        return mcp;
    }

    public MetricsSettings metrics() {
        return metrics;
    }

    public RequestSettings requests() {
        return requests;
    }

    public UpstreamSettings upstreams() {
        return upstreams;
    }

    public ModelSettings models() {
        return models;
    }

    public ProcessSettings processes() {
        return processes;
    }

    public ShutdownSettings shutdown() {
        return shutdown;
    }

    private static int quarterOfTheHeap() {
        return (int) Math.min(Runtime.getRuntime().maxMemory() / 4, MOST_BODY_MEMORY);
    }

    private static int halfOfTheHeap() {
        return (int) Math.max(1, Math.min(Runtime.getRuntime().maxMemory() >> 21, Integer.MAX_VALUE));
    }
}
