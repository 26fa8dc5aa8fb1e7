package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.error.UpstreamException;
import dev.weir.upstream.Headers;
import dev.weir.upstream.UpstreamRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which redirects are followed. Within an origin, the whole request is sent again. To another origin, a request
 * without a body is sent, without its credentials. A redirect from HTTPS to HTTP is never followed.
 */
final class Redirects {
    private static final int MOST = 5;
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
    /** Headers that carry no credentials. Any other header may be a key: each API has its own name for it. */
    private static final Set<String> HARMLESS = Set.of("accept", "accept-language", "user-agent");

    private Redirects() {}

    /**
     * The next request after a redirect; null if {@code answer} is no redirect.
     *
     * @param hops the number of redirects followed before
     * @throws UpstreamException {@code UPSTREAM_REDIRECT} if the redirect must not be followed
     */
    static @Nullable UpstreamRequest followed(HttpAnswer answer, UpstreamRequest request, int hops) {
        URI target = target(answer, request);
        return target == null ? null : follow(request, answer.status(), target, hops);
    }

    private static @Nullable URI target(HttpAnswer answer, UpstreamRequest request) {
        if (!STATUSES.contains(answer.status())) {
            return null;
        }
        String location = answer.header("Location").orElse("").strip();
        try {
            String reference = UrlText.allowed(location);
            // A reference that is only a query keeps the path; URI.resolve drops the last segment.
            URI target = reference.startsWith("?")
                    ? new URI(request.uri().toString().replaceFirst("\\?.*$", "") + reference)
                    : request.uri().resolve(reference);
            return location.isEmpty() || target.getHost() == null ? null : target;
        } catch (IllegalArgumentException | URISyntaxException e) {
            return null; // The caller reports the status.
        }
    }

    private static UpstreamRequest follow(UpstreamRequest request, int status, URI target, int hops) {
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
        if (!same && !becomesGet && !request.body().isEmpty()) {
            throw refused(
                    target,
                    "to another host, which is not sent the request's body",
                    "write its URL in the configuration");
        }
        List<Headers.Field> kept = request.headers().fields().stream()
                .filter(field -> same || HARMLESS.contains(field.key()))
                .filter(field -> !(becomesGet && field.key().startsWith("content-")))
                .toList();
        return new UpstreamRequest(
                becomesGet ? "GET" : request.method(),
                target,
                new Headers(kept),
                becomesGet ? List.of() : request.body(),
                request.publicOnly());
    }

    /** Whether two URLs have the same origin. A step from port 80 to port 443 of the same host counts as the same. */
    static boolean sameOrigin(URI from, URI to) {
        boolean samePort = port(from) == port(to);
        boolean secured = port(from) == 80 && port(to) == 443;
        return from.getHost().equalsIgnoreCase(to.getHost()) && (samePort || secured);
    }

    static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static UpstreamException refused(URI target, String how, String remedy) {
        return UpstreamException.lasting(
                ErrorCode.UPSTREAM_REDIRECT,
                "the upstream redirects to " + UpstreamErrors.target(target) + ", " + how + ": " + remedy,
                null);
    }
}
