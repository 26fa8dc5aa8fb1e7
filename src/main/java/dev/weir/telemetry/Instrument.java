package dev.weir.telemetry;

import java.util.Arrays;
import java.util.List;

/**
 * The instruments of the server. Names, units and attributes follow the semantic conventions of OpenTelemetry for generative AI
 * (status: development) and for the JVM, where these have them; the others begin with {@code weir}.
 *
 * <p>No attribute holds a key, a caller, a task id or a text of a run.
 */
@SuppressWarnings("ImmutableEnumChecker") // The bounds are never changed, and the names are List.of.
public enum Instrument {
    WORKFLOW_DURATION(
            "gen_ai.workflow.duration",
            Kind.HISTOGRAM,
            "s",
            "Duration of runs",
            Bounds.DURATIONS,
            Names.WORKFLOW,
            Names.ERROR),
    CLIENT_DURATION(
            "gen_ai.client.operation.duration",
            Kind.HISTOGRAM,
            "s",
            "Duration of calls of upstream models, with their retries",
            Bounds.DURATIONS,
            Names.CLIENT),
    CLIENT_FIRST_CHUNK(
            "gen_ai.client.operation.time_to_first_chunk",
            Kind.HISTOGRAM,
            "s",
            "Time to the first chunk of streams of upstream models",
            Bounds.DURATIONS,
            Names.CLIENT),
    CLIENT_CHUNK(
            "gen_ai.client.operation.time_per_output_chunk",
            Kind.HISTOGRAM,
            "s",
            "Time between chunks of streams of upstream models, the mean of each stream",
            Bounds.TOKENS_APART,
            Names.CLIENT),
    CLIENT_TOKENS(
            "gen_ai.client.token.usage",
            Kind.HISTOGRAM,
            "{token}",
            "Tokens of calls of models, upstream and local, as far as they are known",
            Bounds.COUNTS,
            "gen_ai.operation.name",
            "gen_ai.provider.name",
            "gen_ai.request.model",
            "server.address",
            "server.port",
            "gen_ai.token.type"),
    SERVER_DURATION(
            "gen_ai.server.request.duration",
            Kind.HISTOGRAM,
            "s",
            "Duration of generations of local models",
            Bounds.DURATIONS,
            Names.SERVER),
    SERVER_FIRST_TOKEN(
            "gen_ai.server.time_to_first_token",
            Kind.HISTOGRAM,
            "s",
            "Time to the first token of streams of local models",
            Bounds.DURATIONS,
            Names.SERVER),
    SERVER_TOKEN(
            "gen_ai.server.time_per_output_token",
            Kind.HISTOGRAM,
            "s",
            "Time per token after the first of streams of local models, the mean of each stream",
            Bounds.TOKENS_APART,
            Names.SERVER),
    QUEUE_WAITING(
            "weir.queue.waiting",
            Kind.GAUGE,
            "",
            "Runs that wait for a place (pool runs), sequences that wait for their model (pool model)",
            Bounds.NONE,
            "pool",
            Names.MODEL),
    RUNS_ACTIVE("weir.runs.active", Kind.GAUGE, "", "Runs that have not ended", Bounds.NONE, Names.WORKFLOW),
    STREAMS_STALLED(
            "weir.streams.stalled",
            Kind.GAUGE,
            "",
            "Sequences of local models that wait for a slow client",
            Bounds.NONE,
            Names.MODEL),
    STREAM_CHUNKS(
            "weir.stream.chunks", Kind.COUNTER, "", "Chunks that were sent to clients", Bounds.NONE, Names.WORKFLOW),
    STREAM_BYTES(
            "weir.stream.bytes", Kind.COUNTER, "By", "Bytes that were sent to clients", Bounds.NONE, Names.WORKFLOW),
    FILTER_HITS(
            "weir.filter.hits", Kind.COUNTER, "", "Hits of output filters", Bounds.NONE, Names.WORKFLOW, "weir.filter"),
    REFUSED("weir.http.refused", Kind.COUNTER, "", "Requests that a limit refused", Bounds.NONE, "limit"),
    MODEL_TOKENS("weir.model.tokens", Kind.COUNTER, "", "Tokens that local models generated", Bounds.NONE, Names.MODEL),
    JVM_MEMORY(
            "jvm.memory.used",
            Kind.GAUGE,
            "By",
            "Memory in use",
            Bounds.NONE,
            "jvm.memory.type",
            "jvm.memory.pool.name"),
    JVM_GC("jvm.gc.duration", Kind.HISTOGRAM, "s", "Duration of garbage collections", Bounds.NONE, "jvm.gc.name"),
    JVM_THREADS("jvm.threads.current", Kind.GAUGE, "", "Threads of the JVM", Bounds.NONE),
    PROCESS_CPU("process.cpu.time", Kind.COUNTER, "s", "Processor time of the process", Bounds.NONE);

    /** The kind of an instrument. */
    enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private final String metric;
    private final Kind kind;
    private final String unit;
    private final String description;
    private final double[] bounds;
    private final List<String> attributes;

    Instrument(String metric, Kind kind, String unit, String description, double[] bounds, String... attributes) {
        this.metric = metric;
        this.kind = kind;
        this.unit = unit;
        this.description = description;
        this.bounds = bounds;
        this.attributes = List.of(attributes);
    }

    /** The name in the conventions, with dots. */
    String metric() {
        return metric;
    }

    Kind kind() {
        return kind;
    }

    /** The unit in UCUM; empty for a plain count. */
    String unit() {
        return unit;
    }

    String description() {
        return description;
    }

    /** The upper bounds of the buckets but the last, ascending. Must not be changed. */
    double[] bounds() {
        return bounds;
    }

    /** The names of the attributes, in the order of their values. */
    List<String> attributes() {
        return attributes;
    }

    /** Returns the index of the attribute with the name of a workflow; negative if there is none. */
    int workflowAt() {
        return attributes.indexOf(Names.WORKFLOW);
    }

    /** The names of attributes that several instruments have. */
    private static final class Names {
        static final String WORKFLOW = "gen_ai.workflow.name";
        static final String ERROR = "error.type";
        static final String MODEL = "gen_ai.request.model";
        static final String[] CLIENT = {
            "gen_ai.operation.name", "gen_ai.provider.name", MODEL, "server.address", "server.port", ERROR
        };
        static final String[] SERVER = {"gen_ai.operation.name", MODEL, ERROR};
    }

    /** The bounds that the conventions recommend. */
    private static final class Bounds {
        static final double[] NONE = {};
        /** Seconds, each bound twice the one before. */
        static final double[] DURATIONS = {
            0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92
        };

        static final double[] TOKENS_APART = {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5};
        /** Each bound four times the one before. */
        static final double[] COUNTS = {
            1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864
        };
    }

    /** Returns the index of the bucket of a value. */
    int bucket(double value) {
        int at = Arrays.binarySearch(bounds, value);
        return at < 0 ? -at - 1 : at;
    }
}
