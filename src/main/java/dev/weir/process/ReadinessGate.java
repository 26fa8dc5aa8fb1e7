package dev.weir.process;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Awaited;
import java.util.concurrent.CompletableFuture;

/** Where callers of a service wait until it can serve. Thread-safe. */
final class ReadinessGate {
    private ServiceState state = new ServiceState.Starting();
    private Awaited<ServiceProcess> next = new Awaited<>();

    synchronized ServiceState state() {
        return state;
    }

    /** The life that serves: now, or when it can; a failure when it cannot. Cancelling it ends no other wait. */
    synchronized CompletableFuture<ServiceProcess> passed() {
        return next.await();
    }

    void open(ServiceProcess life) {
        become(new ServiceState.Ready(life)).complete(life);
    }

    /** Callers wait again. One that has failed stays so until it can serve. */
    synchronized void shut() {
        if (state instanceof ServiceState.Ready) {
            state = new ServiceState.Starting();
            next = new Awaited<>();
        }
    }

    void fail(String reason) {
        become(new ServiceState.Failed(reason)).completeExceptionally(new WeirException(ErrorCode.NOT_READY, reason));
    }

    /** The future that waits, or a new one if that has been completed; completed outside of the lock. */
    private synchronized Awaited<ServiceProcess> become(ServiceState now) {
        state = now;
        if (next.isDone()) {
            next = new Awaited<>();
        }
        return next;
    }
}
