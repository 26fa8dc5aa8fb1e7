package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.Version;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.component.http.body.MediaTypes;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.config.HttpAction;
import dev.weir.config.StreamFormat;
import dev.weir.telemetry.TraceContext;
import dev.weir.upstream.Headers;
import dev.weir.upstream.UpstreamRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds the request of an action. All templates are rendered before any byte is sent. */
final class HttpRequests {
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String ACCEPT_STREAM =
            "text/event-stream, application/x-ndjson, application/json;q=0.9, */*;q=0.1";
    private static final String ACCEPT_WHOLE =
            "application/json, text/event-stream;q=0.9, application/x-ndjson;q=0.9, */*;q=0.1";

    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7E\\x{80}-\\x{10FFFF}]*");
    /** Headers of the connection, which an action may not set. */
    private static final Set<String> RESERVED =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");
    /** The user and password in a URL. */
    private static final Pattern USER_INFO = Pattern.compile("^([^/?#]*//)[^/?#]*@");

    private HttpRequests() {}

    /**
     * The request of {@code action} in {@code scope}.
     *
     * @param baseUrl the base of the action's path; null if the action has its own endpoint
     * @throws WeirException {@code INVALID_INPUT} if the URL, a header or the body is not valid; or the failure of a
     *     template
     */
    static UpstreamRequest request(HttpAction action, @Nullable Template baseUrl, Scope scope) {
        URI uri = uri(action, baseUrl, scope);
        List<Headers.Field> headers = new ArrayList<>();
        String contentType = null;
        for (Map.Entry<String, Template> header : action.headers().entrySet()) {
            Object value = header.getValue().render(scope);
            if (value == null) {
                continue;
            }
            if (header.getKey().equalsIgnoreCase(CONTENT_TYPE)) {
                contentType = Values.text(value);
            } else {
                headers.add(field(header.getKey(), Values.text(value)));
            }
        }
        RequestBody body = RequestBody.of(action.body(), contentType == null ? MediaTypes.JSON : contentType, scope);
        if (contentType != null || !body.isEmpty()) {
            headers.add(field(CONTENT_TYPE, body.contentType()));
        }
        addDefault(headers, "Accept", accept(action));
        addDefault(headers, "User-Agent", Version.USER_AGENT);
        if (uri.getRawUserInfo() != null) {
            addDefault(headers, "Authorization", basic(uri.getRawUserInfo()));
            uri = withoutUserInfo(uri);
        }
        return new UpstreamRequest(action.method(), uri, new Headers(headers), body.pieces(), false);
    }

    /** The request as a part of {@code trace}, unless the action itself sets the header fields of a trace. */
    static UpstreamRequest traced(UpstreamRequest request, TraceContext trace) {
        List<Headers.Field> headers = new ArrayList<>(request.headers().fields());
        if (!trace.isPresent() || headers.stream().anyMatch(field -> field.is(TraceContext.PARENT))) {
            return request;
        }
        headers.add(new Headers.Field(TraceContext.PARENT, trace.parent()));
        if (!trace.state().isEmpty()) {
            addDefault(headers, TraceContext.STATE, trace.state());
        }
        return new UpstreamRequest(
                request.method(), request.uri(), new Headers(headers), request.body(), request.publicOnly());
    }

    /** The media types that the action can read, for an upstream that negotiates the content type. */
    private static String accept(HttpAction action) {
        Template output = action.output();
        boolean chunks = output == null ? action.streamFormat() != StreamFormat.NONE : output.streams();
        if (!chunks) {
            return ACCEPT_WHOLE;
        }
        return action.streamFormat() == StreamFormat.NONE ? "*/*" : ACCEPT_STREAM;
    }

    private static void addDefault(List<Headers.Field> headers, String name, String value) {
        if (headers.stream().noneMatch(field -> field.is(name))) {
            headers.add(new Headers.Field(name, value));
        }
    }

    private static Headers.Field field(String name, String value) {
        Headers.Field field = new Headers.Field(name, onWire(value));
        if (!HEADER_NAME.matcher(name).matches()
                || RESERVED.contains(field.key())
                || !HEADER_VALUE.matcher(value).matches()) {
            // The message leaves out the value, which may be a secret.
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "header " + name + " cannot be sent: its name is reserved or its value is not allowed in a header");
        }
        return field;
    }

    /** Maps the UTF-8 bytes of {@code value} to one character each: the client writes a header character as one byte. */
    private static String onWire(String value) {
        boolean ascii = value.chars().allMatch(character -> character < 0x80);
        return ascii ? value : new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String basic(String userInfo) {
        String plain = URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    private static URI withoutUserInfo(URI uri) {
        return URI.create(USER_INFO.matcher(uri.toString()).replaceFirst("$1"));
    }

    private static URI uri(HttpAction action, @Nullable Template baseUrl, Scope scope) {
        Template base = action.endpoint() == null ? baseUrl : action.endpoint();
        String written = base == null ? "" : text(base, scope);
        String path = action.path() == null ? "" : text(action.path(), scope);
        UrlText url = action.endpoint() == null ? UrlText.of(written).joined(UrlText.of(path)) : UrlText.of(written);
        if (action.params() != null) {
            url = url.with(RequestBody.form(action.params().render(scope), "params"));
        }
        try {
            URI uri = new URI(url.toString());
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "the upstream's URL is not valid: " + e.getReason() + ", in '" + shown(written, path) + "'");
        }
        throw new WeirException(
                ErrorCode.INVALID_INPUT,
                "the upstream's URL must begin with http:// or https:// and a host, was '" + shown(written, path)
                        + "'");
    }

    /** The URL for messages, without user and password. It is not encoded, so that the mask still recognises secrets. */
    private static String shown(String written, String path) {
        return UpstreamErrors.cut(USER_INFO.matcher(written + path).replaceFirst("$1"));
    }

    private static String text(Template template, Scope scope) {
        return Values.text(template.render(scope));
    }
}
