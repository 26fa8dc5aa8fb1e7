package dev.weir.process;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Grants the ports of this machine in order. When a configuration is replaced, the services of both configurations may need
 * the same port; the old service is ended first. Thread-safe.
 */
final class PortLeases {
    private final Map<Integer, Queue<Lease>> queues = new HashMap<>();

    /** A place in the queue of a port. */
    final class Lease {
        private final int port;
        private final CompletableFuture<Void> granted = new CompletableFuture<>();

        private Lease(int port) {
            this.port = port;
        }

        /** Completes when this lease has the port, on the thread that released the port. */
        CompletableFuture<Void> granted() {
            return granted;
        }

        /** Releases the port or the place in its queue. */
        void release() {
            Lease next;
            synchronized (queues) {
                Queue<Lease> queue = queues.getOrDefault(port, new ArrayDeque<>());
                queue.remove(this);
                next = queue.peek();
                if (next == null) {
                    queues.remove(port);
                }
            }
            if (next != null) {
                next.granted.complete(null);
            }
        }
    }

    /** Returns a lease of {@code port}, granted when all earlier leases are released. */
    Lease ask(int port) {
        Lease lease = new Lease(port);
        boolean first;
        synchronized (queues) {
            Queue<Lease> queue = queues.computeIfAbsent(port, absent -> new ArrayDeque<>());
            queue.add(lease);
            first = queue.size() == 1;
        }
        if (first) {
            lease.granted.complete(null);
        }
        return lease;
    }
}
