package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.TemporaryFolder;
import dev.weir.lifecycle.ApplicationPart;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.Shutdown;
import dev.weir.runtime.Shutdown.Phase;
import dev.weir.security.Access;
import dev.weir.security.Reservation;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Receives the bodies of all requests, without a thread for each, within one budget of memory and disk. Complete small bodies are
 * passed on in parallel. Large bodies (above {@value BodyStore#LARGEST_IN_MEMORY} bytes) are passed on one after another, since
 * parsing takes several times their length for a moment. Thread-safe.
 */
@ApplicationScoped
public class IncomingBodies implements ApplicationPart {
    /** The largest body that is read at once if it has arrived completely. */
    private static final int SMALL_BYTES = 16 * 1024;

    private final Set<IncomingBody> incoming = ConcurrentHashMap.newKeySet();
    private final Queue<Handover> large = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean handingOver = new AtomicBoolean();
    private BodyLimits limits;
    private Settings settings;
    /** Null if threads were passed to the constructor. */
    private @Nullable Pools pools;

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

    /** Uses the given threads and clock instead of the container's. */
    IncomingBodies(Settings settings, Tasks tasks, Timers timers, LongSupplier nanos, TemporaryFolder temporary) {
        this.settings = settings;
        this.nanos = nanos;
        this.temporary = temporary;
        begin(tasks, timers);
    }

    @PostConstruct
    void begin() {
        Pools container = Objects.requireNonNull(pools, "the container calls this on what it has injected");
        begin(container.tasks(), new Timers(container.timers()));
    }

    private void begin(Tasks taskThreads, Timers timerThreads) {
        tasks = taskThreads;
        timers = timerThreads;
        limits = BodyLimits.of(settings);
        budget = new BodyBudget(settings.requests().bodyMemoryBytes());
    }

    /** A complete body with its consumers. */
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
     * Receives the body of a request. Does not block. Exactly one of the consumers is called, once. It is called on this thread
     * if the body is complete or cannot be received, otherwise in a task. Neither consumer may throw. A failure has the code
     * {@link dev.weir.ErrorCode#MALFORMED_REQUEST}, {@code UNSUPPORTED_MEDIA_TYPE}, {@code BODY_TOO_LARGE},
     * {@code BODY_TIMED_OUT}, {@code RATE_LIMITED}, {@code OVERLOADED} or {@code SHUTTING_DOWN}.
     *
     * @param request the server's own request, in asynchronous mode, with an unread body
     * @param access the access of the request, for the limits of its caller
     * @param arrived takes the complete body, and must close it when its run has ended
     * @return cancels an incomplete body, for a client that has disconnected; does nothing otherwise
     */
    public Runnable receive(
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
                Reservation claim = access.reserveBody();
                return await(
                        new IncomingBody.Bounds(
                                length,
                                limits,
                                settings.requests().bodyTimeout(),
                                request.getHeaders("Upgrade").hasMoreElements()),
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
        // The body has arrived or failed.
    }

    /** Whether the whole body has arrived. Open Liberty reports available bytes only to a listener. */
    private static boolean isThere(ServletInputStream in, long length) throws IOException {
        return length == 0 || (length != BodyHeaders.UNKNOWN && length <= SMALL_BYTES && in.available() >= length);
    }

    private Runnable await(
            IncomingBody.Bounds bounds,
            ServletInputStream in,
            BodyStore store,
            Reservation claim,
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

    @Override
    public void register(Shutdown shutdown) {
        shutdown.register(Phase.REFUSE_REQUESTS, "bodies on their way", this::endAll);
    }

    /**
     * Fails all incomplete bodies, also later ones, with {@link dev.weir.ErrorCode#SHUTTING_DOWN}. Does not block. Called by the
     * shutdown while there still are threads for the answers.
     */
    void endAll() {
        ending = true;
        incoming.forEach(body -> body.fail(WeirException.shuttingDown(null)));
        refuseLarge(null);
    }

    /** The number of incomplete bodies. */
    int count() {
        return incoming.size();
    }

    /** The budget that all bodies share. */
    BodyBudget budget() {
        return budget;
    }
}
