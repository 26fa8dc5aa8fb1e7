package dev.weir.runtime;

/**
 * The limits of calls to upstreams, with their keys.
 *
 * @param maxEventBytes {@code weir.http.max-event}, bytes: the largest event or line of an upstream's stream
 * @param maxAnswerBytes {@code weir.http.max-answer}, bytes: the largest answer of an upstream that is read as a whole, and the
 *     largest outputs of a call of programs
 * @param maxConnections {@code weir.http.max-connections}: the most connections to one host
 * @param maxWaitingCalls {@code weir.http.max-waiting}: the most calls that wait for a connection to one host; with 0 no call
 *     waits
 * @param denyPrivate {@code weir.http.deny-private}: whether URLs that depend on a run's input may lead to public addresses only
 */
public record UpstreamSettings(
        int maxEventBytes, int maxAnswerBytes, int maxConnections, int maxWaitingCalls, boolean denyPrivate) {}
