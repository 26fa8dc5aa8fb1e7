package dev.weir.upstream.jetty;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers the upstreams that selected HTTP/1.1, for a limited time since they may be upgraded. Bounded. Thread-safe. */
final class Http1Upstreams {
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final int MOST = 1024;

    /** The time when each upstream was added, in {@link System#nanoTime()}; the oldest first. */
    private final Map<Http2Origin, Long> added = new LinkedHashMap<>();

    synchronized void add(Http2Origin origin) {
        added.remove(origin);
        added.put(origin, System.nanoTime());
        if (added.size() > MOST) {
            added.remove(added.keySet().iterator().next());
        }
    }

    synchronized boolean contains(Http2Origin origin) {
        Long time = added.get(origin);
        boolean known = time != null && System.nanoTime() - time < KEPT.toNanos();
        if (time != null && !known) {
            added.remove(origin);
        }
        return known;
    }
}
