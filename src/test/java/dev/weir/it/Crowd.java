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

/** Clients that disconnect, while other clients repeatedly read whole streams. */
final class Crowd {
    /** The classes with instances while a run works or is answered. */
    private static final List<String> OF_RUNS = List.of(
            "workflow.RunState$Processing",
            "workflow.RunState$Pending",
            "workflow.RunSource",
            "stream.ChunkQueue",
            "component.http.UpstreamBody",
            "sse.ResponsePump");

    private Crowd() {}

    /** A client that disconnects. */
    @FunctionalInterface
    interface Leaver {
        /** Begins a run and disconnects. {@code number} is the number of this client, from 0. */
        void leave(int number) throws Exception;
    }

    /** A client that reads to the end. */
    @FunctionalInterface
    interface Reader {
        void read() throws Exception;
    }

    /**
     * Runs both kinds of clients. Returns when all leavers have disconnected and all readers have read to the end.
     *
     * @param leavers the number of clients that disconnect
     * @param atOnce the number of these at the same time
     * @param readers the number of concurrent readers; each repeats until all leavers are done and {@code enough} is true
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

    /** Asserts that the server holds no object of a run. */
    static void assertNoRunIsHeld(ServerJvm.Live live) {
        for (String held : OF_RUNS) {
            assertThat(live.instances("dev.weir." + held)).as(held).isZero();
        }
    }
}
