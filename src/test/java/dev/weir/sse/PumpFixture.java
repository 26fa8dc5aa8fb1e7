package dev.weir.sse;

import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Pumps with their own threads and timers. */
public final class PumpFixture implements AutoCloseable, ResponsePump.Owner {
    static final Duration NEVER = Duration.ofDays(1);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    final List<String> gone = new CopyOnWriteArrayList<>();
    final DeliveryStats delivery = new DeliveryStats();
    final OpenResponses open;

    /** Creates pumps without heartbeat and write time-out. The head of a stream waits for the first chunk for a day. */
    public PumpFixture() {
        this(new OpenResponses.Limits(Duration.ZERO, NEVER, Duration.ZERO), responses -> List.of());
    }

    PumpFixture(OpenResponses.Limits limits, OpenResponses.Clients clients) {
        open = new OpenResponses(limits, new Timers(clock), tasks(), clients);
    }

    /** The tasks of the pumps. */
    public Tasks tasks() {
        return new Tasks(threads);
    }

    /** The open responses. */
    public OpenResponses open() {
        return open;
    }

    ResponsePump pump(ResponseStream response) {
        return new ResponsePump(response, this, delivery, tasks(), open);
    }

    /** Writes the whole {@code source}, and waits for the end. */
    public void write(EventFraming framing, ChunkSource source, ResponseStream response) throws InterruptedException {
        pump(response).stream(stream(framing, source));
        awaitOver();
    }

    static ResponsePump.Stream stream(EventFraming framing, ChunkSource source) {
        return new ResponsePump.Stream(framing, Map.of("Content-Type", framing.contentType()), 200, source);
    }

    void awaitOver() throws InterruptedException {
        over.await();
    }

    @Override
    public ResponsePump.Whole refusal(WeirException failure) {
        return new ResponsePump.Whole(
                failure.code().status(), new LinkedHashMap<>(), problem(failure).getBytes(StandardCharsets.UTF_8), 0);
    }

    @Override
    public String problem(WeirException failure) {
        return "{\"detail\":\"" + failure.detail() + "\"}";
    }

    @Override
    public WeirException reason(WeirException failure) {
        return failure;
    }

    @Override
    public void clientLost(String reason) {
        gone.add(reason);
    }

    @Override
    public void ended() {
        if (over.getCount() == 0) {
            throw new AssertionError("over twice");
        }
        over.countDown();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        clock.shutdownNow();
    }
}
