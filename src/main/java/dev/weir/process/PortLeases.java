package dev.weir.process;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Whose turn it is on each port of this machine: when a configuration is replaced, its services and those of the next one
 * may want the same ports, and the old ones go first. Thread-safe.
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

        /** Completes when the port is this lease's, on the thread of whoever gave it up. */
        CompletableFuture<Void> granted() {
            return granted;
        }

        /** Gives the port, or the place in its queue, up. */
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

    /** A lease of {@code port}, granted as soon as all that were asked for before it are released. */
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
