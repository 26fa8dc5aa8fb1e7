package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.component.http.body.MediaTypes;
import dev.weir.config.HttpAction;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the request of an action: every template is rendered before anything is sent. */
final class HttpRequests {
    private static final String CONTENT_TYPE = "Content-Type";
    /** The user and password that a URL may hold. */
    private static final Pattern USER_INFO = Pattern.compile("^([^/?#]*//)[^/?#]*@");

    private HttpRequests() {}

    /**
     * The request of {@code action} in {@code scope}.
     *
     * @param baseUrl what the action's path is appended to; null if it has its own endpoint
     * @throws WeirException when a template cannot be rendered or gives no valid URL, header or body
     */
    static HttpRequest request(HttpAction action, @Nullable Template baseUrl, Scope scope) {
        URI uri = uri(action, baseUrl, scope);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        // Over plain HTTP an upgrade to HTTP/2 would have to be asked for in each request, and many servers mishandle
        // that.
        request.version("https".equals(uri.getScheme()) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
        String contentType = MediaTypes.JSON;
        boolean declared = false;
        for (Map.Entry<String, Template> header : action.headers().entrySet()) {
            Object value = header.getValue().render(scope);
            if (value == null) {
                continue;
            }
            if (header.getKey().equalsIgnoreCase(CONTENT_TYPE)) {
                contentType = Values.text(value);
                declared = true;
            } else {
                header(request, header.getKey(), Values.text(value));
            }
        }
        RequestBody body = RequestBody.of(action.body(), contentType, scope);
        if (declared || !body.isEmpty()) {
            header(request, CONTENT_TYPE, body.contentType());
        }
        return request.method(action.method(), body.publisher()).build();
    }

    private static void header(HttpRequest.Builder request, String name, String value) {
        try {
            request.header(name, value);
        } catch (IllegalArgumentException e) {
            // The cause's message holds the value, which may be a secret.
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "header " + name + " cannot be sent: its name is reserved or its value is not allowed in a header");
        }
    }

    private static URI uri(HttpAction action, @Nullable Template baseUrl, Scope scope) {
        String text = action.endpoint() != null
                ? text(action.endpoint(), scope)
                : joined(
                        baseUrl == null ? "" : text(baseUrl, scope),
                        action.path() == null ? "" : text(action.path(), scope));
        String query =
                action.params() == null ? "" : RequestBody.form(action.params().render(scope), "params");
        String whole = query.isEmpty() ? text : text + (text.contains("?") ? "&" : "?") + query;
        try {
            URI uri = new URI(whole);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new WeirException(ErrorCode.INVALID_INPUT, "the upstream's URL is not valid: " + e.getReason());
        }
        throw new WeirException(
                ErrorCode.INVALID_INPUT,
                "the upstream's URL must begin with http:// or https:// and a host, was '"
                        + USER_INFO.matcher(text).replaceFirst("$1") + "'");
    }

    private static String joined(String base, String path) {
        String left = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return path.isEmpty() || path.startsWith("/") ? left + path : left + "/" + path;
    }

    private static String text(Template template, Scope scope) {
        return Values.text(template.render(scope));
    }
}
