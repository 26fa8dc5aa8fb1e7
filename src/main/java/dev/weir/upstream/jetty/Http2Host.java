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
 * The connections to one origin and the calls that wait for a place on one of them. A connection that is drained is here no more; its
 * streams run on. Thread-safe.
 */
final class Http2Host {
    /** After a connection that did not come about beside others that are open. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Http2Client client;
    private final Http2Origin origin;
    private final AtomicInteger pumps = new AtomicInteger();
    private final Object lock = new Object();
    private final Map<Http2Connection, Places> open = new HashMap<>();
    private final Map<Http2Connection, Places> drained = new HashMap<>();
    private final Deque<Http2Call> waiting = new ArrayDeque<>();
    private int opening;
    /** What the last connection allowed. */
    private int usualLimit = Http2Connection.MAX_STREAMS;

    private boolean paused;
    private boolean retired;

    private static final class Places {
        private int limit;
        private int taken;
        /** When the last stream ended. */
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
     * Lets a call wait for a place; the call may be sent before this returns.
     *
     * @param again whether the call was sent before, and is first therefore
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

    /** Whether no further connection may be opened. */
    boolean isFull() {
        synchronized (lock) {
            return open.size() + opening >= client.maxConnections();
        }
    }

    /** How many connections are open, those that are drained included. */
    int connections() {
        synchronized (lock) {
            return open.size() + drained.size();
        }
    }

    /** Sends what waits as far as there are places, and opens connections for the rest. */
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

    /** Takes a place, or gives null if there is none. */
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
            // An upstream that allows no stream now allows none on another connection either.
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

    /** A connection did not come about. The calls that waited for it fail, unless there are others. */
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

    /** The upstream allows so many streams. */
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

    /** The upstream refused a stream, though its limit was kept: it takes no more than those that run. */
    void refused(Http2Connection connection) {
        synchronized (lock) {
            Places places = open.get(connection);
            if (places != null) {
                places.limit = Math.max(1, Math.min(places.limit, places.taken - 1));
            }
        }
    }

    /** A connection takes no further stream; those that run are finished. */
    void gone(Http2Connection connection) {
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

    /** A stream has ended. */
    void left(Http2Connection connection) {
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

    /** How long the connection is to be kept; zero if it is idle and out of the pool now; null if it was not in the pool. */
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

    /** Takes no further call if nothing is here. */
    boolean retireIfEmpty() {
        synchronized (lock) {
            retired = retired || (open.isEmpty() && waiting.isEmpty() && opening == 0);
            return retired;
        }
    }

    /** Ends all. */
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
