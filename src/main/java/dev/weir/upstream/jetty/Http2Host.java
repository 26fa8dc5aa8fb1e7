package dev.weir.upstream.jetty;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one origin, and the calls that wait for a stream on one of them. A drained connection takes no further
 * calls, but its streams continue. Thread-safe.
 */
final class Http2Host {
    /** The pause before another connection is opened, after one could not be opened while others are open. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Http2Client client;
    private final Http2Origin origin;
    private final AtomicInteger pumps = new AtomicInteger();
    private final Object lock = new Object();
    private final Map<Http2Connection, Places> open = new HashMap<>();
    private final Map<Http2Connection, Places> drained = new HashMap<>();
    private final Deque<Http2Call> waiting = new ArrayDeque<>();
    private int opening;
    /** The stream limit of the last connection. */
    private int usualLimit = Http2Connection.MAX_STREAMS;

    private boolean paused;
    private boolean retired;

    private static final class Places {
        private int limit;
        private int taken;
        /** The end of the last stream. */
        private long idleSince = System.nanoTime();

        Places(int limit) {
            this.limit = limit;
        }
    }

    Http2Host(Http2Client client, Http2Origin origin) {
        this.client = client;
        this.origin = origin;
    }

    Http2Origin origin() {
        return origin;
    }

    /**
     * Queues a call for a stream. The call may be sent before this method returns.
     *
     * @param again whether the call was sent before; it then goes first
     * @return false if this host is retired
     */
    boolean submit(Http2Call call, boolean again) {
        boolean full = false;
        synchronized (lock) {
            if (retired) {
                return false;
            }
            call.waitsAt(this);
            if (again) {
                waiting.addFirst(call);
            } else {
                full = waiting.size() >= client.maxWaiting();
                if (!full) {
                    waiting.add(call);
                }
            }
        }
        if (full) {
            call.fail(new RejectedExecutionException("too many calls wait"));
            return true;
        }
        pump();
        if (call.isCancelled()) {
            remove(call);
        }
        return true;
    }

    void remove(Http2Call call) {
        synchronized (lock) {
            waiting.remove(call);
        }
    }

    /** Whether the limit of connections is reached. */
    boolean isFull() {
        synchronized (lock) {
            return open.size() + opening >= client.maxConnections();
        }
    }

    /** The number of open connections, including drained ones. */
    int connections() {
        synchronized (lock) {
            return open.size() + drained.size();
        }
    }

    /** Sends waiting calls while streams are available, and opens connections for the others. */
    void pump() {
        if (pumps.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            sendWaiting();
            openMore();
            seen = pumps.addAndGet(-seen);
        } while (seen != 0);
    }

    private void sendWaiting() {
        while (true) {
            Http2Call call;
            Http2Connection connection;
            synchronized (lock) {
                connection = waiting.isEmpty() ? null : take();
                call = connection == null ? null : waiting.poll();
            }
            if (call == null || connection == null) {
                return;
            }
            call.sendOn(connection);
        }
    }

    /** Reserves a stream on a connection; null if none is available. */
    private @Nullable Http2Connection take() {
        for (Map.Entry<Http2Connection, Places> each : open.entrySet()) {
            Places places = each.getValue();
            if (places.taken < places.limit && each.getKey().isTrusted()) {
                places.taken++;
                return each.getKey();
            }
        }
        return null;
    }

    private void openMore() {
        int more;
        synchronized (lock) {
            // If an upstream allows no streams now, a further connection would not help.
            boolean useless = paused || open.values().stream().anyMatch(places -> places.limit == 0);
            int needed = (waiting.size() + usualLimit - 1) / usualLimit - opening;
            int room = client.maxConnections() - open.size() - opening;
            more = useless ? 0 : Math.max(0, Math.min(needed, room));
            opening += more;
        }
        for (int i = 0; i < more; i++) {
            client.open(this);
        }
    }

    void opened(Http2Connection connection, int limit) {
        boolean late;
        synchronized (lock) {
            opening--;
            late = retired;
            if (!late) {
                open.put(connection, new Places(limit));
                usualLimit = Math.max(1, limit);
            }
        }
        if (late) {
            connection.close();
        } else {
            closeWhenIdle(connection, client.idle());
            pump();
        }
    }

    /**
     * Reports that a connection could not be opened. If no other connection is open or being opened, the calls that waited
     * for it fail.
     */
    void failed(Http2Attempt attempt, Throwable why) {
        List<Http2Call> failed = new ArrayList<>();
        boolean others;
        synchronized (lock) {
            opening--;
            others = opening > 0 || !open.isEmpty();
            paused |= others;
            for (Iterator<Http2Call> all = waiting.iterator(); !others && all.hasNext(); ) {
                Http2Call call = all.next();
                if (call.waitsSince(attempt.begun())) {
                    all.remove();
                    failed.add(call);
                }
            }
        }
        if (others) {
            client.timer(PAUSE, this::resume);
        }
        failed.forEach(call -> client.unsent(call, why));
        pump();
        client.retireIfEmpty(this);
    }

    private void resume() {
        synchronized (lock) {
            paused = false;
        }
        pump();
    }

    /** Sets the stream limit of a connection. */
    void limit(Http2Connection connection, int limit) {
        synchronized (lock) {
            Places places = open.get(connection);
            if (places != null) {
                places.limit = limit;
                usualLimit = Math.max(1, limit);
            }
        }
        pump();
    }

    /**
     * Reports that a stream was refused: the limit becomes the number of running streams. It is never raised, and never above
     * the upstream's limit, which can have changed without a report to this host yet.
     */
    void refused(Http2Connection connection) {
        synchronized (lock) {
            Places places = open.get(connection);
            if (places != null) {
                int most = Math.min(places.limit, connection.limit());
                places.limit = Math.min(most, Math.max(1, places.taken - 1));
            }
        }
    }

    /** Drains a connection: it takes no further streams, and the running streams continue. */
    void drain(Http2Connection connection) {
        boolean ends;
        synchronized (lock) {
            Places places = open.remove(connection);
            ends = places != null && places.taken == 0;
            if (places != null && !ends) {
                drained.put(connection, places);
            }
        }
        if (ends) {
            connection.close();
        }
        pump();
    }

    /** Reports the end of a stream. */
    void streamEnded(Http2Connection connection) {
        boolean ends = false;
        synchronized (lock) {
            Places places = open.containsKey(connection) ? open.get(connection) : drained.get(connection);
            if (places != null) {
                places.taken--;
                places.idleSince = System.nanoTime();
                ends = places.taken == 0 && drained.remove(connection) != null;
            }
        }
        if (ends) {
            connection.close();
        }
        pump();
    }

    private void closeWhenIdle(Http2Connection connection, Duration after) {
        client.timer(after, () -> {
            Duration rest = restOfIdle(connection);
            if (rest != null && !rest.isZero()) {
                closeWhenIdle(connection, rest);
            } else if (rest != null) {
                connection.close();
                client.retireIfEmpty(this);
            }
        });
    }

    /**
     * The remaining idle time of a connection. Zero if it is over, and the connection is removed; null if it was not in the
     * pool.
     */
    private @Nullable Duration restOfIdle(Http2Connection connection) {
        synchronized (lock) {
            Places places = open.get(connection);
            if (places == null) {
                return null;
            }
            if (places.taken > 0) {
                return client.idle();
            }
            Duration rest = client.idle().minusNanos(System.nanoTime() - places.idleSince);
            if (rest.isNegative() || rest.isZero()) {
                open.remove(connection);
                return Duration.ZERO;
            }
            return rest;
        }
    }

    /** Retires this host if it has no connections and no calls. Returns whether it is retired. */
    boolean retireIfEmpty() {
        synchronized (lock) {
            retired = retired || (open.isEmpty() && waiting.isEmpty() && opening == 0);
            return retired;
        }
    }

    /** Ends all calls and connections. */
    void close(Throwable why) {
        Queue<Http2Call> calls;
        List<Http2Connection> connections;
        synchronized (lock) {
            retired = true;
            calls = new ArrayDeque<>(waiting);
            waiting.clear();
            connections = new ArrayList<>(open.keySet());
            connections.addAll(drained.keySet());
        }
        calls.forEach(call -> call.fail(why));
        connections.forEach(connection -> connection.fail(why));
    }
}
