package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.it.server.ServerJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Clients that leave, while others read to the end again and again. */
final class Crowd {
    /** What the server has as long as a run works or is answered. */
    private static final List<String> OF_RUNS = List.of(
            "workflow.RunState$Processing",
            "workflow.RunState$Pending",
            "workflow.RunSource",
            "stream.ChunkQueue",
            "component.http.UpstreamBody",
            "sse.ResponsePump");

    private Crowd() {}

    /** A client that leaves. */
    @FunctionalInterface
    interface Leaver {
        /** Begins a run and leaves it; {@code number} is this client's, from 0 on. */
        void leave(int number) throws Exception;
    }

    /** A client that reads to the end. */
    @FunctionalInterface
    interface Reader {
        void read() throws Exception;
    }

    /**
     * Lets clients leave, and returns when all have left and all others have read to the end.
     *
     * @param leavers how many leave
     * @param atOnce how many of them at once
     * @param readers how many read at once, each again until all have left and {@code enough}
     */
    static void run(int leavers, int atOnce, Leaver leaver, int readers, BooleanSupplier enough, Reader reader)
            throws Exception {
        ExecutorService clients = Executors.newCachedThreadPool();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> reading = new ArrayList<>();
        List<Future<?>> leaving = new ArrayList<>();
        try {
            for (int i = 0; i < readers; i++) {
                reading.add(clients.submit(() -> {
                    do {
                        reader.read();
                    } while (!over.get() || !enough.getAsBoolean());
                    return null;
                }));
            }
            for (int i = 0; i < atOnce; i++) {
                leaving.add(clients.submit(() -> {
                    for (int number = next.getAndIncrement(); number < leavers; number = next.getAndIncrement()) {
                        leaver.leave(number);
                    }
                    return null;
                }));
            }
            for (Future<?> each : leaving) {
                each.get();
            }
            over.set(true);
            for (Future<?> each : reading) {
                each.get();
            }
        } finally {
            over.set(true);
            clients.shutdownNow();
        }
    }

    /** Nothing of a run is left in the server. */
    static void assertNoRunIsHeld(ServerJvm.Live live) {
        for (String held : OF_RUNS) {
            assertThat(live.instances("dev.weir." + held)).as(held).isZero();
        }
    }
}
