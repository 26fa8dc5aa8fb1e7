package dev.weir.runtime;

/**
 * Bounds of the calls to upstreams. The keys of the server's configuration stand with them.
 *
 * @param maxEventBytes {@code weir.http.max-event}, bytes: the largest event or line of an upstream's stream
 * @param maxAnswerBytes {@code weir.http.max-answer}, bytes: the largest answer of an upstream that is taken as a whole
 * @param maxConnections {@code weir.http.max-connections}: the most connections to one host
 * @param maxWaitingCalls {@code weir.http.max-waiting}: the most calls that wait for a connection to one host; 0 for none
 * @param denyPrivate {@code weir.http.deny-private}: whether URLs that a run's input has a part in may lead to public addresses only
 */
public record UpstreamSettings(
        int maxEventBytes, int maxAnswerBytes, int maxConnections, int maxWaitingCalls, boolean denyPrivate) {}
