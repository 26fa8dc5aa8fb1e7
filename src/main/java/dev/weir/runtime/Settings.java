package dev.weir.runtime;

import dev.weir.Durations;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The server's side of the configuration: the {@code weir.*} keys of MicroProfile Config (system property, environment
 * variable, {@code microprofile-config.properties}), read once. {@code docs/settings.md} lists them. A value that is wrong is a problem and
 * its default stands in, so that the server comes up and can tell it.
 */
@ApplicationScoped
public class Settings {
    private static final long MOST_BODY_MEMORY = 512L << 20;

    private final Function<String, Optional<String>> source;
    private final Map<String, Object> defaults = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private List<String> configurationFiles = List.of();
    private boolean reload;
    private boolean rehearsal;
    private int maxRuns;
    private int maxWaitingRuns;
    private Duration maxRunWait = Duration.ZERO;
    private int streamCapacity;
    private int streamCapacityBytes;
    private int maxBodyBytes;
    private Duration bodyTimeout = Duration.ZERO;
    private int bodyMemoryBytes;
    private int maxValues;
    private int maxTextLength;
    private int maxFiles;
    private int maxEventBytes;
    private int maxAnswerBytes;
    private int maxConnections;
    private int maxWaitingCalls;
    private boolean denyPrivate;
    private List<String> hosts = List.of();
    private Duration heartbeat = Duration.ZERO;
    private Duration firstChunkWait = Duration.ZERO;
    private int maxOutputBytes;
    private Duration writeTimeout = Duration.ZERO;
    private int replayEvents;
    private int replayBytes;
    private Duration resumeTimeout = Duration.ZERO;
    private boolean getRuns;
    private Duration modelLoadTimeout = Duration.ZERO;
    private Duration modelRunTimeout = Duration.ZERO;
    private int maxBatch;
    private int maxWaitingGenerations;
    private int maxSequences;
    private int maxTexts;
    private int searchMemoryMebibytes;
    private int modelThreads;
    private boolean modelSpinning;
    private int encodeCharacters;
    private boolean modelTrial;
    private boolean exactBatches;
    private Duration drain = Duration.ZERO;
    private Optional<Path> shutdownFile = Optional.empty();

    /** Those of MicroProfile Config. */
    public Settings() {
        this(key -> ConfigProvider.getConfig().getOptionalValue(key, String.class));
    }

    /** @param source the value of a key, if it has one */
    Settings(Function<String, Optional<String>> source) {
        this.source = source;
    }

    @PostConstruct
    void read() {
        configurationFiles = list("weir.config");
        reload = flag("weir.config.reload", false);
        rehearsal = flag("weir.start.rehearsal", true);
        maxRuns = positive("weir.runs.max", 2048);
        maxWaitingRuns = atLeast(0, "weir.runs.queue", 256);
        maxRunWait = aboveZero("weir.runs.queue-timeout", Duration.ofMinutes(1));
        streamCapacity = positive("weir.stream.capacity", 64);
        streamCapacityBytes = positive("weir.stream.capacity-bytes", 1 << 20);
        maxBodyBytes = positive("weir.http.max-body", 10 << 20);
        bodyTimeout = aboveZero("weir.http.body-timeout", Duration.ofSeconds(30));
        bodyMemoryBytes = positive("weir.http.body-memory", quarterOfTheHeap());
        maxValues = positive("weir.http.max-values", 100_000);
        maxTextLength = positive("weir.http.max-text", 10 << 20);
        maxFiles = atLeast(0, "weir.http.max-files", 32);
        maxEventBytes = positive("weir.http.max-event", 4 << 20);
        maxAnswerBytes = positive("weir.http.max-answer", 64 << 20);
        maxConnections = positive("weir.http.max-connections", 1024);
        maxWaitingCalls = atLeast(0, "weir.http.max-waiting", 1024);
        denyPrivate = flag("weir.http.deny-private", false);
        hosts = list("weir.http.hosts");
        heartbeat = duration("weir.sse.heartbeat", Duration.ofSeconds(15));
        firstChunkWait = aboveZero("weir.sse.first-chunk-wait", Duration.ofSeconds(15));
        maxOutputBytes = positive("weir.task.max-output", 16 << 20);
        writeTimeout = duration("weir.sse.write-timeout", Duration.ofMinutes(1));
        replayEvents = positive("weir.task.replay", 4096);
        replayBytes = positive("weir.task.replay-bytes", 1 << 20);
        resumeTimeout = duration("weir.task.resume-timeout", Duration.ofSeconds(15));
        getRuns = flag("weir.http.get-runs", true);
        modelLoadTimeout = duration("weir.model.load-timeout", Duration.ofMinutes(5));
        modelRunTimeout = duration("weir.model.run-timeout", Duration.ofMinutes(2));
        maxBatch = positive("weir.model.max-batch", 8);
        maxWaitingGenerations = positive("weir.model.queue", 256);
        encodeCharacters = positive("weir.model.encode-characters", 1 << 18);
        maxSequences = positive("weir.model.max-sequences", 64);
        maxTexts = positive("weir.model.max-texts", 1024);
        searchMemoryMebibytes = positive("weir.model.search-memory", halfOfTheHeap());
        modelTrial = flag("weir.model.trial", true);
        exactBatches = flag("weir.model.exact-batches", true);
        modelThreads = positive("weir.model.threads", Runtime.getRuntime().availableProcessors());
        modelSpinning = flag("weir.model.spinning", false);
        drain = duration("weir.shutdown.drain", Duration.ofSeconds(20));
        shutdownFile = file("weir.shutdown.file");
    }

    private List<String> list(String key) {
        return text(key, "").stream()
                .flatMap(texts -> Stream.of(texts.split(",")))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** Every key that is read, with what stands in where it has no value: a flag, a number, a duration; empty for none. */
    Map<String, Object> defaults() {
        return Collections.unmodifiableMap(defaults);
    }

    /** What is wrong with the settings, each with its key, value and remedy; empty if nothing is. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** The configuration files of {@code weir.config}, in order; empty for the packaged demonstration. */
    public List<String> configurationFiles() {
        return configurationFiles;
    }

    /** {@code weir.config.reload}: whether a configuration file that is saved is served at once. */
    public boolean reload() {
        return reload;
    }

    /** {@code weir.start.rehearsal}: whether health waits until a small workflow has run some hundred times. */
    public boolean rehearsal() {
        return rehearsal;
    }

    /** {@code weir.runs.max}: the most runs at work at any time; one more is refused. */
    public int maxRuns() {
        return maxRuns;
    }

    /** {@code weir.runs.queue}: the most runs that wait for a place among {@code controller.max_concurrent_count}. */
    public int maxWaitingRuns() {
        return maxWaitingRuns;
    }

    /** {@code weir.runs.queue-timeout}: the longest that one of those waits. */
    public Duration maxRunWait() {
        return maxRunWait;
    }

    /** {@code weir.stream.capacity}: the most chunks that wait in a stream. */
    public int streamCapacity() {
        return streamCapacity;
    }

    /** {@code weir.stream.capacity-bytes}: the most bytes of chunks that wait in a stream; one larger chunk waits alone. */
    public int streamCapacityBytes() {
        return streamCapacityBytes;
    }

    /** {@code weir.http.max-body}, bytes: the largest request body. */
    public int maxBodyBytes() {
        return maxBodyBytes;
    }

    /** {@code weir.http.body-timeout}: how long a request body may bring nothing; all of it may take twenty times that. */
    public Duration bodyTimeout() {
        return bodyTimeout;
    }

    /** {@code weir.http.body-memory}, bytes: what the bodies of all requests, and the inputs read from them, take together. */
    public int bodyMemoryBytes() {
        return bodyMemoryBytes;
    }

    /** {@code weir.http.max-values}: the most values in the JSON of a request. */
    public int maxValues() {
        return maxValues;
    }

    /** {@code weir.http.max-text}, characters: the longest text in a request. */
    public int maxTextLength() {
        return maxTextLength;
    }

    /** {@code weir.http.max-files}: the most files in a form. */
    public int maxFiles() {
        return maxFiles;
    }

    /** {@code weir.http.max-event}, bytes: the largest event or line of an upstream's stream. */
    public int maxEventBytes() {
        return maxEventBytes;
    }

    /** {@code weir.http.max-answer}, bytes: the largest answer of an upstream that is taken as a whole. */
    public int maxAnswerBytes() {
        return maxAnswerBytes;
    }

    /** {@code weir.http.max-connections}: the most connections to one host. */
    public int maxConnections() {
        return maxConnections;
    }

    /** {@code weir.http.max-waiting}: the most calls that wait for a connection to one host; 0 for none. */
    public int maxWaitingCalls() {
        return maxWaitingCalls;
    }

    /** {@code weir.http.hosts}: the names by which browsers reach this server's page; empty for those that are known otherwise. */
    public List<String> hosts() {
        return hosts;
    }

    /** {@code weir.http.deny-private}: whether URLs that a run's input has a part in may lead to public addresses only. */
    public boolean denyPrivate() {
        return denyPrivate;
    }

    /** {@code weir.sse.heartbeat}: the silence after which a comment line is sent; zero for never. */
    public Duration heartbeat() {
        return heartbeat;
    }

    /**
     * {@code weir.sse.first-chunk-wait}: how long a run may be silent before the head of its response is sent and its client is looked
     * for; above zero.
     */
    public Duration firstChunkWait() {
        return firstChunkWait;
    }

    /** {@code weir.task.max-output}, bytes: the largest output that is kept for its task, or collected for another job. */
    public int maxOutputBytes() {
        return maxOutputBytes;
    }

    /** {@code weir.sse.write-timeout}: how long a client of a stream may take nothing; zero for ever. */
    public Duration writeTimeout() {
        return writeTimeout;
    }

    /** {@code weir.task.replay}: the most events of a task that are kept for those who read them later or again. */
    public int replayEvents() {
        return replayEvents;
    }

    /** {@code weir.task.replay-bytes}: the most that the events of a task take. */
    public int replayBytes() {
        return replayBytes;
    }

    /** {@code weir.task.resume-timeout}: how long a run waits for its client to continue a stream that it can continue. */
    public Duration resumeTimeout() {
        return resumeTimeout;
    }

    /** {@code weir.http.get-runs}: whether runs are started by GET, too. */
    public boolean getRuns() {
        return getRuns;
    }

    /** {@code weir.model.load-timeout}: the longest a run waits for a model that still loads, and that opening its files takes. */
    public Duration modelLoadTimeout() {
        return modelLoadTimeout;
    }

    /** {@code weir.model.run-timeout}: the longest that one run of a model's graph takes; zero for no limit. */
    public Duration modelRunTimeout() {
        return modelRunTimeout;
    }

    /** {@code weir.model.max-batch}: the most sequences of a model that are decoded side by side. */
    public int maxBatch() {
        return maxBatch;
    }

    /** {@code weir.model.queue}: the most requests that wait for a place among those. */
    public int maxWaitingGenerations() {
        return maxWaitingGenerations;
    }

    /** {@code weir.model.encode-characters}: the most characters that are turned into tokens at once, in all runs together. */
    public int encodeCharacters() {
        return encodeCharacters;
    }

    /** {@code weir.model.max-sequences}: the most beams of a search, and the most texts that are generated for one input. */
    public int maxSequences() {
        return maxSequences;
    }

    /** {@code weir.model.max-texts}: the most texts that one call of a model takes, and the most of them at once. */
    public int maxTexts() {
        return maxTexts;
    }

    /** {@code weir.model.search-memory}, MiB: the most memory of one beam search. */
    public int searchMemoryMebibytes() {
        return searchMemoryMebibytes;
    }

    /** {@code weir.model.trial}: whether tokenizers are tried in a JVM of their own before they are loaded. */
    public boolean modelTrial() {
        return modelTrial;
    }

    /** {@code weir.model.exact-batches}: whether being batched may not change what a model says. */
    public boolean exactBatches() {
        return exactBatches;
    }

    /** {@code weir.model.threads}: the threads of one model step. */
    public int modelThreads() {
        return modelThreads;
    }

    /** {@code weir.model.spinning}: whether they keep their processors busy while they wait for one another. */
    public boolean modelSpinning() {
        return modelSpinning;
    }

    /** {@code weir.shutdown.drain}: how long runs may go on when the application ends; zero for not at all. */
    public Duration drain() {
        return drain;
    }

    /** {@code weir.shutdown.file}: the file that takes this server out of service while it exists; empty for none. */
    public Optional<Path> shutdownFile() {
        return shutdownFile;
    }

    private static int quarterOfTheHeap() {
        return (int) Math.min(Runtime.getRuntime().maxMemory() / 4, MOST_BODY_MEMORY);
    }

    private static int halfOfTheHeap() {
        return (int) Math.max(1, Math.min(Runtime.getRuntime().maxMemory() >> 21, Integer.MAX_VALUE));
    }

    private boolean flag(String key, boolean absent) {
        String text = text(key, absent).orElse(String.valueOf(absent));
        if (!text.matches("true|false")) {
            wrong(key, "true or false", text);
            return absent;
        }
        return text.equals("true");
    }

    private int positive(String key, int absent) {
        return atLeast(1, key, absent);
    }

    private int atLeast(int least, String key, int absent) {
        Optional<String> text = text(key, absent);
        if (text.isEmpty()) {
            return absent;
        }
        if (text.get().matches("[0-9]{1,9}") && Integer.parseInt(text.get()) >= least) {
            return Integer.parseInt(text.get());
        }
        wrong(key, "a whole number of at least " + least, text.get());
        return absent;
    }

    private Duration duration(String key, Duration absent) {
        Optional<String> text = text(key, absent);
        Optional<Duration> duration = text.flatMap(Durations::parse);
        if (text.isPresent() && duration.isEmpty()) {
            wrong(key, "a duration such as 500ms, 15s or 2m", text.get());
        }
        return duration.orElse(absent);
    }

    private Duration aboveZero(String key, Duration absent) {
        Duration duration = duration(key, absent);
        if (duration.isZero()) {
            wrong(key, "a duration above zero", duration.toMillis() + "ms");
            return absent;
        }
        return duration;
    }

    private Optional<Path> file(String key) {
        Optional<String> text = text(key, "");
        try {
            return text.map(Path::of);
        } catch (InvalidPathException e) {
            wrong(key, "the path of a file", text.orElse(""));
            return Optional.empty();
        }
    }

    private void wrong(String key, String wanted, String value) {
        problems.add("setting " + key + " must be " + wanted + ", was '" + value + "'");
    }

    private Optional<String> text(String key, Object absent) {
        defaults.put(key, absent);
        return source.apply(key).map(String::strip).filter(value -> !value.isEmpty());
    }
}
