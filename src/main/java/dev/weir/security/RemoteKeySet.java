package dev.weir.security;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Timers;
import dev.weir.upstream.proxy.Proxies;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an issuer publishes at a URL. They are fetched at the start and every {@value #EVERY_MINUTES} minutes. A token
 * that names an unknown key causes a further fetch, at most once in {@value #AT_MOST_EVERY_SECONDS} seconds. Only one fetch runs
 * at a time. A few requests wait for it for a short time; all others fail at once. So tokens with invented keys block neither the
 * issuer nor this server's threads. Old keys are used until new ones have arrived. Thread-safe.
 */
public final class RemoteKeySet implements KeySet {
    static final int AT_MOST_EVERY_SECONDS = 30;

    private static final System.Logger LOG = System.getLogger(RemoteKeySet.class.getName());
    private static final int EVERY_MINUTES = 5;
    private static final int MOST_WAITING = 16;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final Duration LONGEST_FETCH = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 1 << 20;

    private final URI uri;
    private final Proxies proxies;
    private final HttpClient client;
    private final Executor executor;
    private final LongSupplier nanos;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final Timers timers;
    private final Cancellation.Registration regular;
    private volatile List<JsonWebKey> keys = List.of();
    private CompletableFuture<Void> fetch;
    private long fetchedAt;

    /**
     * Begins to fetch.
     *
     * @param executor runs the fetches, which wait for the issuer
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    public RemoteKeySet(URI uri, Executor executor, ScheduledExecutorService timers, LongSupplier nanos) {
        this(uri, executor, timers, nanos, Proxies.ofProcess());
    }

    RemoteKeySet(URI uri, Executor executor, ScheduledExecutorService timers, LongSupplier nanos, Proxies proxies) {
        this.uri = uri;
        this.proxies = proxies;
        this.executor = executor;
        this.nanos = nanos;
        this.client = HttpClient.newBuilder()
                .executor(executor)
                .connectTimeout(LONGEST_FETCH)
                .proxy(proxies.selector())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.fetchedAt = nanos.getAsLong();
        this.timers = new Timers(timers);
        this.fetch = begin();
        this.regular = this.timers.every(
                Duration.ofMinutes(EVERY_MINUTES),
                this::fetchAgain,
                reason ->
                        LOG.log(Level.WARNING, "the keys of {0} are fetched for unknown keys only: {1}", uri, reason));
    }

    @Override
    public @Nullable JsonWebKey of(JsonWebSignature signature) {
        JsonWebKey known = KeySet.select(keys, signature);
        if (known != null || !awaitNews()) {
            return known;
        }
        return KeySet.select(keys, signature);
    }

    /** Blocks until newer keys may have arrived; false if no fetch is running or due. */
    private boolean awaitNews() {
        CompletableFuture<Void> news = news();
        if (news == null) {
            if (keys.isEmpty()) {
                throw notThere(null);
            }
            return false;
        }
        if (!waiting.tryAcquire()) {
            throw notThere(null);
        }
        try {
            news.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            throw notThere(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notThere(e);
        } finally {
            waiting.release();
        }
    }

    private synchronized @Nullable CompletableFuture<Void> news() {
        if (!fetch.isDone()) {
            return fetch;
        }
        if (nanos.getAsLong() - fetchedAt < TimeUnit.SECONDS.toNanos(AT_MOST_EVERY_SECONDS)) {
            return null;
        }
        fetchedAt = nanos.getAsLong();
        fetch = begin();
        return fetch;
    }

    synchronized boolean isFetching() {
        return !fetch.isDone();
    }

    private synchronized void fetchAgain() {
        if (fetch.isDone()) {
            fetchedAt = nanos.getAsLong();
            fetch = begin();
        }
    }

    private CompletableFuture<Void> begin() {
        CompletableFuture<HttpResponse<InputStream>> sent = send();
        CompletableFuture<Void> fetched = sent.thenAcceptAsync(this::take, executor);
        Cancellation.Registration limit = timers.after(
                LONGEST_FETCH.multipliedBy(2),
                () -> fetched.completeExceptionally(
                        new TimeoutException("no keys within " + 2 * LONGEST_FETCH.toSeconds() + " s")),
                fetched::completeExceptionally);
        return fetched.whenComplete((done, failure) -> {
            limit.close();
            if (failure != null) {
                LOG.log(Level.WARNING, "the keys of {0} could not be fetched: {1}", uri, failure);
                abandon(sent);
            }
        });
    }

    /** Releases the connection and its reading thread. */
    private static void abandon(CompletableFuture<HttpResponse<InputStream>> sent) {
        sent.cancel(true);
        if (sent.isDone() && !sent.isCompletedExceptionally()) {
            try {
                sent.join().body().close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "the body of a fetch that failed did not close", e);
            }
        }
    }

    private CompletableFuture<HttpResponse<InputStream>> send() {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .timeout(LONGEST_FETCH)
                    .header("Accept", "application/jwk-set+json, application/json");
            proxies.jdkAuthorization(uri).ifPresent(basic -> request.header("Proxy-Authorization", basic));
            return client.sendAsync(request.build(), BodyHandlers.ofInputStream());
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void take(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) { // The body of a refused tunnel never ends.
                throw new IOException(
                        response.statusCode() == 407
                                ? "the proxy wants credentials: write HTTPS_PROXY as http://user:password@host:port"
                                : "answered " + response.statusCode());
            }
            byte[] bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("answered with more than " + MOST_BYTES + " bytes");
            }
            List<JsonWebKey> fetched = KeySet.parse(new String(bytes, StandardCharsets.UTF_8));
            if (fetched.isEmpty()) {
                throw new IOException("has no public key in it");
            }
            keys = fetched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JoseException e) {
            throw new UncheckedIOException(new IOException("is not a set of keys", e));
        }
    }

    private static WeirException notThere(@Nullable Throwable cause) {
        return new WeirException(
                ErrorCode.NOT_READY, "tokens cannot be checked now: the issuer's keys are being fetched", cause);
    }

    @Override
    public void close() {
        regular.close();
    }
}
