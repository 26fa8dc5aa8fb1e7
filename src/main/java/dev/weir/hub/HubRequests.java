package dev.weir.hub;

import dev.weir.WeirException;
import dev.weir.hub.HubFault.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Sends requests to the Hub: follows redirects, sends the token to the Hub only, and retries after transient failures. Blocks.
 */
final class HubRequests {
    private static final System.Logger LOG = System.getLogger(HubRequests.class.getName());
    /** The most attempts without progress, after transient failures. */
    static final int MAX_ATTEMPTS = 6;
    /** The most attempts for one file, with progress too. */
    static final int MOST_ATTEMPTS = 100;

    /** The time limit of one file, all attempts together. */
    private static final Duration LONGEST = Duration.ofHours(24);

    private static final String PROXY_REMEDY = "write HTTPS_PROXY as http://user:password@host:port";
    private static final int MAX_REDIRECTS = 8;
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    private final HttpClient client;
    private final HubSettings settings;
    private final Optional<String> token;
    private final int attempts;

    /**
     * Creates a sender.
     *
     * @param token the access token; empty for anonymous requests
     * @param attempts the most attempts without progress
     */
    HubRequests(HttpClient client, HubSettings settings, Optional<String> token, int attempts) {
        this.client = client;
        this.settings = settings;
        this.token = token;
        this.attempts = attempts;
    }

    /**
     * A response with status 200 or 206, or a redirect of a HEAD request to another host; its body is still to be read.
     *
     * @param hops the headers of all responses of the chain of redirects, the last response first
     */
    record Answer(int status, List<HttpHeaders> hops, PulledBody body) {
        /** Returns the header of that name from the last response that has it. */
        Optional<String> header(String name) {
            return hops.stream()
                    .map(headers -> headers.firstValue(name))
                    .flatMap(Optional::stream)
                    .findFirst();
        }

        Optional<String> last(String name) {
            return hops.get(0).firstValue(name);
        }
    }

    /** Reads a response. Runs again for the response of a retry. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Answer answer) throws IOException, InterruptedException;
    }

    /** The action that {@link #withRetries} repeats. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Returns the longest wait for a response, and for each further piece of its body. */
    Duration timeout() {
        return settings.timeout();
    }

    URI uri(String path) {
        return URI.create(settings.endpoint() + path);
    }

    /**
     * Runs {@code attempt}; after a transient failure again, with exponentially growing pauses. An attempt with enough progress,
     * the bytes of a slow connection during one time-out, resets the count. Ends in any case after {@value #MOST_ATTEMPTS}
     * attempts or after a day.
     *
     * @param brought the progress in bytes
     * @throws HubFault if the last attempt fails, or at once after a failure that is not transient
     */
    <T> T withRetries(String what, Attempt<T> attempt, LongSupplier brought) throws InterruptedException {
        long before = brought.getAsLong();
        long begun = System.nanoTime();
        int all = 0;
        for (int tries = 1; ; tries++) {
            all++;
            Exception failure;
            Duration delay = settings.retryDelay().multipliedBy(1L << Math.min(tries - 1, 10));
            try {
                return attempt.run();
            } catch (RetryAfter e) {
                failure = e;
                delay = e.delay().orElse(delay);
            } catch (IOException e) {
                failure = e;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            if (brought.getAsLong() - before >= LeastRate.least(settings.timeout())) {
                before = brought.getAsLong();
                tries = 1;
            }
            if (all >= MOST_ATTEMPTS || System.nanoTime() - begun > LONGEST.toNanos()) {
                throw new HubFault(
                        Kind.TRANSIENT,
                        what + " is not done after " + all + " attempts in "
                                + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s (at most "
                                + MOST_ATTEMPTS + " attempts, " + LONGEST.toHours() + " h), at last with: "
                                + Reasons.of(failure) + "; the received part is kept: retry with a better connection",
                        failure);
            }
            if (tries >= attempts) {
                throw new HubFault(
                        Kind.TRANSIENT,
                        what + " failed " + (tries == 1 ? "with: " : tries + " times, at last with: ")
                                + Reasons.of(failure)
                                + "; check the network and " + settings.endpoint() + ", or set HF_HUB_OFFLINE=1 to use"
                                + " what the cache has",
                        failure);
            }
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}; trying again", what, Reasons.of(failure));
            pause(delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay);
        }
    }

    @SuppressWarnings("ResultOfMethodCallIgnored") // Never counted down: the wait ends by time or by an interrupt.
    private static void pause(Duration delay) throws InterruptedException {
        new CountDownLatch(1).await(delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Sends a request and follows its redirects.
     *
     * @param range the first wanted byte; 0 for the whole file
     * @throws IOException for a transient failure
     * @throws HubFault for any other failure
     */
    <T> T send(String method, URI first, long range, String what, Reader<T> reader)
            throws IOException, InterruptedException {
        List<HttpHeaders> hops = new ArrayList<>();
        URI uri = first;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpResponse<PulledBody> response =
                    client.send(request(method, uri, range), PulledBody.handler(settings.timeout()));
            try (PulledBody body = response.body()) {
                hops.add(0, response.headers());
                int status = response.statusCode();
                if (status == 200 || status == 206) {
                    return reader.read(new Answer(status, List.copyOf(hops), body));
                }
                boolean leaves = method.equals("HEAD") && !isRelative(response.headers());
                if (status / 100 == 3 && leaves) {
                    return reader.read(new Answer(status, List.copyOf(hops), body));
                }
                if (status / 100 != 3) {
                    throw refusal(status, response.headers(), what);
                }
                uri = redirect(uri, response.headers());
            }
        }
        throw new IOException("the Hub redirects too often (at most " + MAX_REDIRECTS + " times)");
    }

    private HttpRequest request(String method, URI uri, long range) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                // Over plain HTTP each request would have to ask for the upgrade to HTTP/2.
                .version("https".equals(uri.getScheme()) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(settings.timeout())
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "weir");
        try {
            settings.proxies().jdkAuthorization(uri).ifPresent(basic -> request.header("Proxy-Authorization", basic));
        } catch (WeirException e) {
            throw new HubFault(Kind.FINAL, e.detail(), e);
        }
        if (range > 0) {
            request.header("Range", "bytes=" + range + "-");
        }
        if (token.isPresent() && isHub(uri)) {
            try {
                request.header("Authorization", "Bearer " + token.get());
            } catch (IllegalArgumentException e) {
                // The cause's message holds the token.
                throw new HubFault(Kind.FINAL, "the Hub's token holds characters that no token has", null);
            }
        }
        return request.build();
    }

    private boolean isHub(URI uri) {
        return settings.endpoint().getScheme().equals(uri.getScheme())
                && String.valueOf(uri.getHost())
                        .equalsIgnoreCase(settings.endpoint().getHost())
                && uri.getPort() == settings.endpoint().getPort();
    }

    /**
     * Returns true for a redirect within the Hub, such as after the renaming of a repository. A redirect to another host leads to
     * a file store.
     */
    private static boolean isRelative(HttpHeaders headers) {
        return headers.firstValue("Location")
                .filter(location -> location.startsWith("/") && !location.startsWith("//"))
                .isPresent();
    }

    private static URI redirect(URI from, HttpHeaders headers) throws IOException {
        String location =
                headers.firstValue("Location").orElseThrow(() -> new IOException("the redirect has no Location"));
        try {
            URI to = from.resolve(location);
            boolean secure = "https".equals(to.getScheme())
                    || (to.getScheme().equals("http") && from.getScheme().equals("http"));
            if (to.getHost() != null && secure) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the redirect's Location is not a URL", e);
        }
        throw new HubFault(
                Kind.FINAL, "the Hub redirects from " + from.getScheme() + " to a URL that is not secure", null);
    }

    private IOException refusal(int status, HttpHeaders headers, String what) {
        if (status == 407) {
            throw new HubFault(Kind.FINAL, what + ": the proxy wants credentials: " + PROXY_REMEDY, null);
        }
        String code = headers.firstValue("X-Error-Code").orElse("");
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            return new RetryAfter("HTTP status " + status, headers.firstValue("Retry-After"));
        }
        throw new HubFault(kind(status, code), what + ": " + remedy(status, code), null);
    }

    private Kind kind(int status, String code) {
        boolean hidden = status == 401 && !code.equals("GatedRepo");
        return status == 404 || code.equals("RepoNotFound") || (hidden && token.isEmpty()) ? Kind.ABSENT : Kind.FINAL;
    }

    private String remedy(int status, String code) {
        if (code.equals("GatedRepo") || status == 403) {
            return "the repository is gated: ask for access on its page at " + settings.endpoint() + ", then "
                    + (token.isEmpty()
                            ? "set HF_TOKEN to a token of that account"
                            : "use a token of an account that has it (HF_TOKEN)");
        }
        return switch (code) {
            case "RevisionNotFound" -> "there is no such revision; check revision";
            case "EntryNotFound" -> "there is no such file";
            default ->
                status == 404 || status == 401
                        ? "there is no such repository, or it is private; check its name"
                                + (token.isEmpty()
                                        ? ", or set HF_TOKEN"
                                        : " and whether the token (HF_TOKEN) may read it")
                        : "the Hub answered with status " + status;
        };
    }

    /** A response that asks for a later retry. */
    static final class RetryAfter extends IOException {
        private static final long serialVersionUID = 1L;

        private final long seconds;

        RetryAfter(String message, Optional<String> seconds) {
            super(message);
            this.seconds = seconds.filter(text -> text.matches("[0-9]{1,6}"))
                    .map(Long::parseLong)
                    .orElse(-1L);
        }

        Optional<Duration> delay() {
            return seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
        }
    }
}
