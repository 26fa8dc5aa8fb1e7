package dev.weir.runtime;

import java.time.Duration;

/**
 * Bounds of the streams to clients. The keys of the server's configuration stand with them.
 *
 * @param capacity {@code weir.stream.capacity}: the most chunks that wait in a stream
 * @param capacityBytes {@code weir.stream.capacity-bytes}: the most bytes of chunks that wait in a stream; one larger chunk waits alone
 * @param heartbeat {@code weir.sse.heartbeat}: the silence after which a comment line is sent; zero for never
 * @param firstChunkWait {@code weir.sse.first-chunk-wait}: how long a run may be silent before the head of its response is sent and its client is looked for; above zero
 * @param writeTimeout {@code weir.sse.write-timeout}: how long a client of a stream may take nothing; zero for ever
 */
public record StreamSettings(
        int capacity, int capacityBytes, Duration heartbeat, Duration firstChunkWait, Duration writeTimeout) {}
