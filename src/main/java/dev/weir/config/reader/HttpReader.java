package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.binding.Reference;
import dev.weir.binding.Template;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.HttpServerConfig;
import dev.weir.config.HttpTransport;
import dev.weir.config.HttpVersion;
import dev.weir.config.StreamFormat;
import dev.weir.config.StreamFraming;
import dev.weir.config.yaml.Printable;
import dev.weir.json.PathStep;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads components that speak HTTP. */
public final class HttpReader {
    public static final Map<String, StreamFormat> STREAM_FORMATS =
            new TreeMap<>(Map.of("json", StreamFormat.JSON, "text", StreamFormat.TEXT));
    public static final Map<String, StreamFraming> STREAM_FRAMINGS = new TreeMap<>(Map.of(
            "sse", StreamFraming.SSE,
            "lines", StreamFraming.LINES,
            "json", StreamFraming.JSON,
            "bytes", StreamFraming.BYTES));
    public static final Map<String, HttpVersion> VERSIONS = new TreeMap<>(Map.of(
            "1", HttpVersion.HTTP_1_1,
            "1.1", HttpVersion.HTTP_1_1,
            "2", HttpVersion.HTTP_2,
            "auto", HttpVersion.AUTO));
    public static final Map<String, String> METHODS = new TreeMap<>(Map.of(
            "GET", "GET", "POST", "POST", "PUT", "PUT", "PATCH", "PATCH", "DELETE", "DELETE", "HEAD", "HEAD", "OPTIONS",
            "OPTIONS"));
    private static final int DEFAULT_CHUNK_SIZE = 65_536;
    /** The largest {@code chunk_size}, in bytes. */
    public static final int MAX_CHUNK_SIZE = 16 << 20;

    public static final int MAX_RETRIES = 100;

    private final Section component;
    private final boolean hasBaseUrl;

    private HttpReader(Section component, boolean hasBaseUrl) {
        this.component = component;
        this.hasBaseUrl = hasBaseUrl;
    }

    static HttpClientConfig client(String id, boolean isDefault, Section section) {
        Template baseUrl = section.template("base_url", SourceScope.ACTION_INPUT);
        HttpTransport transport = transport(id, section);
        List<HttpAction> actions = new HttpReader(section, section.has("base_url")).actions();
        checkVersion(section, transport.httpVersion(), baseUrl, actions);
        section.finish();
        return new HttpClientConfig(id, isDefault, baseUrl, transport, actions, section.location());
    }

    static @Nullable HttpServerConfig server(String id, boolean isDefault, Section section) {
        HttpTransport transport = transport(id, section);
        if (transport.httpVersion() != HttpVersion.HTTP_1_1) {
            section.error(
                    "http_version",
                    "a service on this machine is called by HTTP/1.1 alone, since HTTP/2 needs https",
                    "write http_version: 1.1, or remove it");
        }
        HttpServerReader server = new HttpServerReader(section);
        List<HttpAction> actions = new HttpReader(section, true).actions();
        HttpServerConfig config = server.read(id, isDefault, transport, actions);
        section.finish();
        return config;
    }

    private static HttpTransport transport(String id, Section section) {
        return new HttpTransport(
                section.duration("timeout"),
                section.duration("connect_timeout"),
                section.duration("total_timeout"),
                section.integer("max_retries", 0, MAX_RETRIES).orElse(0),
                section.duration("retry_delay").orElse(Duration.ofSeconds(1)),
                section.number("retry_backoff", 1, 100).orElse(1.0),
                version(section),
                TlsReader.read(id, section));
    }

    private static HttpVersion version(Section section) {
        Optional<String> text = section.text("http_version");
        if (text.isPresent() && !VERSIONS.containsKey(text.get())) {
            section.error(
                    "http_version",
                    "'" + Printable.cut(text.get()) + "' is not a version of HTTP that is known here",
                    "write 1.1, 2 or auto");
        }
        return text.map(VERSIONS::get).orElse(HttpVersion.HTTP_1_1);
    }

    /** Reports HTTP/2 for an http URL: HTTP/2 is negotiated only on secure connections. */
    private static void checkVersion(
            Section component, HttpVersion version, @Nullable Template baseUrl, List<HttpAction> actions) {
        if (version != HttpVersion.HTTP_2) {
            return;
        }
        Stream.concat(Stream.ofNullable(baseUrl), actions.stream().flatMap(HttpReader::endpoints))
                .map(Template::toString)
                .filter(url -> url.regionMatches(true, 0, "http:", 0, "http:".length()))
                .findFirst()
                .ifPresent(url -> component.error(
                        "http_version",
                        "HTTP/2 needs https, and '" + Printable.cut(url) + "' is called without it",
                        "write http_version: 1.1, or an https URL"));
    }

    /** The whole URLs that an action calls, as they are written. */
    private static Stream<Template> endpoints(HttpAction action) {
        return Stream.concat(
                Stream.ofNullable(action.endpoint()),
                Stream.ofNullable(action.completion()).flatMap(polling -> Stream.ofNullable(polling.endpoint())));
    }

    private List<HttpAction> actions() {
        Map<String, Template> shared = component.textTemplates("headers", SourceScope.ACTION_INPUT);
        return Actions.read(component, (id, action) -> Optional.of(action(id, action, shared)));
    }

    private HttpAction action(String id, Section action, Map<String, Template> shared) {
        Map<String, Template> own =
                action == component ? Map.of() : action.textTemplates("headers", SourceScope.ACTION_INPUT);
        StreamFormat format = action.word("stream_format", STREAM_FORMATS).orElse(StreamFormat.NONE);
        Template output =
                action.template("output", action.has("completion") ? SourceScope.HTTP_POLLED : SourceScope.HTTP_OUTPUT);
        checkTarget(action, hasBaseUrl);
        checkChunks(action, format, output);
        action.unsupported("stream_fragmented", "rate_limit", "cache");
        action.bool("verify_ssl", true);
        return new HttpAction(
                id,
                Actions.isDefault(action, component),
                method(action, "POST"),
                action.template("endpoint", SourceScope.ACTION_INPUT),
                action.template("path", SourceScope.ACTION_INPUT),
                merged(shared, own),
                action.template("params", SourceScope.ACTION_INPUT),
                action.template("body", SourceScope.ACTION_INPUT),
                format,
                framing(action, format),
                action.integer("chunk_size", 1, MAX_CHUNK_SIZE).orElse(DEFAULT_CHUNK_SIZE),
                action.mapping("completion")
                        .map(completion -> PollingReader.read(completion, shared))
                        .orElse(null),
                output,
                action.location());
    }

    /** Reads the framing. Bytes need no format and cannot be JSON; every other framing needs a format for its parts. */
    private static StreamFraming framing(Section action, StreamFormat format) {
        StreamFraming framing = action.word("stream_framing", STREAM_FRAMINGS).orElse(StreamFraming.AUTO);
        if (framing == StreamFraming.BYTES && format == StreamFormat.JSON) {
            action.error(
                    "stream_framing",
                    "chunks of bytes are not JSON ('stream_format: json')",
                    "write sse, lines or json, or remove 'stream_format'");
        } else if (framing != StreamFraming.AUTO && framing != StreamFraming.BYTES && format == StreamFormat.NONE) {
            action.error(
                    "stream_framing",
                    "needs a 'stream_format' (without one, a stream passes as bytes)",
                    "add 'stream_format: json' or 'stream_format: text', or write 'stream_framing: bytes'");
        }
        return framing;
    }

    static String method(Section action, String otherwise) {
        return action.text("method")
                .map(method -> {
                    String upper = method.toUpperCase(Locale.ROOT);
                    if (!METHODS.containsKey(upper)) {
                        action.error(
                                "method",
                                "'" + Printable.cut(method) + "' is not a method",
                                Suggestion.remedy(
                                        upper,
                                        METHODS.keySet(),
                                        "write one of " + String.join(", ", METHODS.keySet())));
                    }
                    return upper;
                })
                .orElse(otherwise);
    }

    /** Checks that there is exactly one of {@code endpoint} and {@code path}, and a base URL for the latter. */
    static void checkTarget(Section action, boolean hasBaseUrl) {
        if (action.has("endpoint") && action.has("path")) {
            action.error("path", "'endpoint' and 'path' exclude each other", "remove one of them");
        } else if (!action.has("endpoint") && !action.has("path")) {
            action.missing("path", "write 'path' beside 'base_url', or the whole URL as 'endpoint'");
        } else if (action.has("path") && !hasBaseUrl) {
            action.error("path", "there is no 'base_url' to append it to", "add 'base_url', or write 'endpoint'");
        }
    }

    /** Warns about a path into chunks that are not JSON: they have no parts. */
    private static void checkChunks(Section action, StreamFormat format, @Nullable Template output) {
        if (output == null || format == StreamFormat.JSON) {
            return;
        }
        for (Reference reference : output.references()) {
            if (reference.source().isChunk() && !reference.path().isEmpty()) {
                PathStep first = reference.path().get(0);
                String step = first instanceof PathStep.Key key ? "'" + key.name() + "'" : "an element";
                action.loading.problems.warning(
                        action.locationOf("output"),
                        action.pathOf("output"),
                        "each chunk is " + (format == StreamFormat.TEXT ? "a text" : "bytes") + ", which has no "
                                + step,
                        "add 'stream_format: json'");
                return;
            }
        }
    }

    /** Merges the component's headers and the action's, which have precedence. Names are compared without case. */
    static Map<String, Template> merged(Map<String, Template> shared, Map<String, Template> own) {
        Map<String, Template> merged = new LinkedHashMap<>(shared);
        own.forEach((name, value) -> {
            merged.keySet().removeIf(name::equalsIgnoreCase);
            merged.put(name, value);
        });
        return merged;
    }
}
