package dev.weir.runtime;

import java.time.Duration;

/**
 * The limits of streams to clients, with their keys.
 *
 * @param capacity {@code weir.stream.capacity}: the most chunks that are queued in a stream
 * @param capacityBytes {@code weir.stream.capacity-bytes}: the most bytes of chunks that are queued in a stream; a larger chunk
 *     is queued alone
 * @param heartbeat {@code weir.sse.heartbeat}: the silence after which a comment is sent; zero for no heartbeat
 * @param firstChunkWait {@code weir.sse.first-chunk-wait}: the time without a chunk after which the head of a response is sent
 *     and the client's connection is checked; above zero
 * @param writeTimeout {@code weir.sse.write-timeout}: the longest time in which a client reads nothing; zero for no limit
 */
public record StreamSettings(
        int capacity, int capacityBytes, Duration heartbeat, Duration firstChunkWait, Duration writeTimeout) {}
