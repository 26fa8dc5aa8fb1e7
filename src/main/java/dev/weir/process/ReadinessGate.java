package dev.weir.process;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Awaited;
import java.util.concurrent.CompletableFuture;

/** Holds the state of a service, and the calls that wait until it is ready. Thread-safe. */
final class ReadinessGate {
    private ServiceState state = new ServiceState.Starting();
    private Awaited<ServiceProcess> next = new Awaited<>();

    synchronized ServiceState state() {
        return state;
    }

    /**
     * Returns the process when the service is ready. Fails while the service has failed. A cancelled future affects no other
     * wait.
     */
    synchronized CompletableFuture<ServiceProcess> passed() {
        return next.await();
    }

    void open(ServiceProcess life) {
        become(new ServiceState.Ready(life)).complete(life);
    }

    /** Makes calls wait again after the ready state. A failed service stays failed until it is ready. */
    synchronized void shut() {
        if (state instanceof ServiceState.Ready) {
            state = new ServiceState.Starting();
            next = new Awaited<>();
        }
    }

    void fail(String reason) {
        become(new ServiceState.Failed(reason)).completeExceptionally(new WeirException(ErrorCode.NOT_READY, reason));
    }

    /**
     * Sets the state. Returns the outcome that calls wait for, or a new one if that is complete. The calling code completes
     * it without the lock.
     */
    private synchronized Awaited<ServiceProcess> become(ServiceState now) {
        state = now;
        if (next.isDone()) {
            next = new Awaited<>();
        }
        return next;
    }
}
