package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.error.UpstreamException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which redirects are followed, and with what: within an origin with everything; to another one only a request that sends
 * nothing of its own, without its credentials; from TLS to plain HTTP never.
 */
final class Redirects {
    private static final int MOST = 5;
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
    /** What says nothing about who asks. Any other header may be a key: each API has a name of its own for it. */
    private static final Set<String> HARMLESS = Set.of("accept", "accept-language", "user-agent");

    private Redirects() {}

    /** Where {@code answer} sends its request on to; null if it is no redirect. */
    static @Nullable URI target(HttpAnswer answer, HttpRequest request) {
        if (!STATUSES.contains(answer.status())) {
            return null;
        }
        String location = answer.header("Location").orElse("");
        try {
            URI target = request.uri().resolve(location);
            return location.isBlank() || target.getHost() == null ? null : target;
        } catch (IllegalArgumentException e) {
            return null; // Told as the status that it is.
        }
    }

    /**
     * The request that follows.
     *
     * @param hops how many were followed before
     */
    static HttpRequest follow(HttpRequest request, int status, URI target, int hops) {
        if (hops == MOST) {
            throw refused(target, "after " + MOST + " redirects", "write the last URL in the configuration");
        }
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (!secure
                && !(scheme.equals("http")
                        && "http".equalsIgnoreCase(request.uri().getScheme()))) {
            throw refused(target, "away from a secure connection", "write a URL that begins with https://");
        }
        boolean same = sameOrigin(request.uri(), target);
        boolean becomesGet = (status == 303 && !request.method().equals("HEAD"))
                || (status <= 302 && request.method().equals("POST"));
        boolean sends = request.bodyPublisher().isPresent()
                && request.bodyPublisher().get().contentLength() != 0
                && !becomesGet;
        if (!same && sends) {
            throw refused(
                    target,
                    "to another host, which is not sent the request's body",
                    "write its URL in the configuration");
        }
        HttpRequest.Builder next = HttpRequest.newBuilder(
                        request,
                        (name, value) -> (same || HARMLESS.contains(name.toLowerCase(Locale.ROOT)))
                                && !(becomesGet && name.toLowerCase(Locale.ROOT).startsWith("content-")))
                .uri(target);
        if (becomesGet) {
            next.method("GET", BodyPublishers.noBody());
        }
        return next.build();
    }

    /** Whether two URLs lead to one server; the step from HTTP to TLS at the usual ports is none away from it. */
    static boolean sameOrigin(URI from, URI to) {
        boolean samePort = port(from) == port(to);
        boolean secured = port(from) == 80 && port(to) == 443;
        return from.getHost().equalsIgnoreCase(to.getHost()) && (samePort || secured);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static UpstreamException refused(URI target, String how, String remedy) {
        return UpstreamException.lasting(
                ErrorCode.UPSTREAM_REDIRECT,
                "the upstream redirects to " + UpstreamErrors.target(target) + ", " + how + "; " + remedy,
                null);
    }
}
