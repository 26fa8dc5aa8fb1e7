package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.TemporaryFolder;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.security.Claim;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of all requests that are on their way. No thread waits for one, and all share a bound of memory and of disk. Small bodies are
 * handed over side by side; large ones (above {@value BodyStore#LARGEST_IN_MEMORY} bytes) one after the other, since reading one takes
 * several times its length for a moment. Thread-safe.
 */
@ApplicationScoped
public class IncomingBodies {
    /** A body up to this length that is there already is read at once. */
    private static final int SMALL_BYTES = 16 * 1024;

    private final Set<IncomingBody> incoming = ConcurrentHashMap.newKeySet();
    private final Queue<Handover> large = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean handingOver = new AtomicBoolean();
    private BodyLimits limits;
    private Settings settings;
    private Pools pools;
    private BodyBudget budget;
    private Tasks tasks;
    private Timers timers;
    private LongSupplier nanos = System::nanoTime;
    private TemporaryFolder temporary = TemporaryFolder.ofThisServer();
    private volatile boolean ending;

    /** For the container's proxies. */
    protected IncomingBodies() {}

    @Inject
    IncomingBodies(Settings settings, Pools pools) {
        this.settings = settings;
        this.pools = pools;
    }

    /** With threads and a clock of its caller. */
    IncomingBodies(Settings settings, Tasks tasks, Timers timers, LongSupplier nanos, TemporaryFolder temporary) {
        this.settings = settings;
        this.nanos = nanos;
        this.temporary = temporary;
        begin(tasks, timers);
    }

    @PostConstruct
    void begin() {
        begin(pools.tasks(), new Timers(pools.timers()));
    }

    private void begin(Tasks taskThreads, Timers timerThreads) {
        tasks = taskThreads;
        timers = timerThreads;
        limits = BodyLimits.of(settings);
        budget = new BodyBudget(settings.bodyMemoryBytes());
    }

    /** A body that has arrived, with its consumers. */
    private record Handover(ReceivedBody body, Consumer<ReceivedBody> arrived, Consumer<WeirException> failed) {
        void run() {
            arrived.accept(body);
        }

        void refuse(@Nullable Throwable cause) {
            body.close();
            failed.accept(WeirException.shuttingDown(cause));
        }
    }

    /**
     * Receives the body of a request. Exactly one of the consumers is called once: at once on this thread if the body is there already or
     * cannot be received, otherwise on a task's thread. Neither may throw; a failure is a {@link dev.weir.ErrorCode#MALFORMED_REQUEST},
     * {@code UNSUPPORTED_MEDIA_TYPE}, {@code BODY_TOO_LARGE}, {@code BODY_TIMED_OUT}, {@code RATE_LIMITED}, {@code OVERLOADED} or {@code SHUTTING_DOWN}.
     *
     * @param request the server's own, in asynchronous mode; nothing of its body was read
     * @param access of the request, for the limits of its caller
     * @param arrived closes the body, when the run that it asks for has ended
     * @return gives up a body that is still on its way, whose client has gone; does nothing otherwise
     */
    Runnable receive(
            HttpServletRequest request, Access access, Consumer<ReceivedBody> arrived, Consumer<WeirException> failed) {
        BodyStore store = new BodyStore(budget.share(), temporary);
        WeirException failure;
        try {
            BodyHeaders.requireNoCoding(request);
            long length = BodyHeaders.length(request);
            limits.requireLength(length);
            ServletInputStream in = request.getInputStream();
            if (isThere(in, length)) {
                byte[] bytes = in.readNBytes((int) length);
                store.append(bytes, bytes.length);
                ReceivedBody body = store.received();
                arrived.accept(body);
                return IncomingBodies::nothing;
            } else {
                Claim claim = access.claimBody();
                return await(
                        new IncomingBody.Bounds(length, limits, settings.bodyTimeout()),
                        in,
                        store,
                        claim,
                        arrived,
                        failed);
            }
        } catch (IOException e) {
            failure = IncomingBody.brokenOff(e);
        } catch (RuntimeException | Error e) {
            failure = WeirException.of(e);
        }
        store.close();
        failed.accept(failure);
        return IncomingBodies::nothing;
    }

    private static void nothing() {
        // The body is not on its way any more.
    }

    /** Open Liberty tells of bytes that it has by its listener only. */
    private static boolean isThere(ServletInputStream in, long length) throws IOException {
        return length == 0 || (length != BodyHeaders.UNKNOWN && length <= SMALL_BYTES && in.available() >= length);
    }

    private Runnable await(
            IncomingBody.Bounds bounds,
            ServletInputStream in,
            BodyStore store,
            Claim claim,
            Consumer<ReceivedBody> arrived,
            Consumer<WeirException> failed) {
        IncomingBody.Outcome outcome = new IncomingBody.Outcome(
                ended -> {
                    incoming.remove(ended);
                    claim.close();
                },
                body -> handOver(new Handover(body, arrived, failed)),
                failure -> tasks.execute(() -> failed.accept(failure), refusal -> failed.accept(failure)));
        IncomingBody body = new IncomingBody(in, bounds, store, tasks, timers, nanos, outcome);
        incoming.add(body);
        body.begin();
        if (ending) {
            body.fail(WeirException.shuttingDown(null));
        }
        return () -> body.fail(new WeirException(ErrorCode.CANCELLED, "the client disconnected"));
    }

    private void handOver(Handover arrived) {
        if (arrived.body().length() <= BodyStore.LARGEST_IN_MEMORY) {
            tasks.execute(arrived::run, arrived::refuse);
            return;
        }
        large.add(arrived);
        if (ending) {
            refuseLarge(null);
        } else {
            handOverNextLarge();
        }
    }

    private void handOverNextLarge() {
        if (!large.isEmpty() && handingOver.compareAndSet(false, true)) {
            tasks.execute(this::handOverLarge, refusal -> {
                refuseLarge(refusal);
                handedOver();
            });
        }
    }

    private void handOverLarge() {
        try {
            Handover next = large.poll();
            if (next != null) {
                next.run();
            }
        } finally {
            handedOver();
        }
    }

    private void handedOver() {
        handingOver.set(false);
        handOverNextLarge();
    }

    private void refuseLarge(@Nullable Throwable cause) {
        for (Handover next = large.poll(); next != null; next = large.poll()) {
            next.refuse(cause);
        }
    }

    /**
     * Ends all bodies that are on their way, now and later, with {@link dev.weir.ErrorCode#SHUTTING_DOWN}; returns at once. For the
     * end of the application, while there are threads to answer with.
     */
    void endAll() {
        ending = true;
        incoming.forEach(body -> body.fail(WeirException.shuttingDown(null)));
        refuseLarge(null);
    }

    /** How many bodies are on their way. */
    int count() {
        return incoming.size();
    }

    /** The memory and the disk that bodies share. */
    BodyBudget budget() {
        return budget;
    }
}
