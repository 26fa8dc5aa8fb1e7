package dev.weir.config;

/** How an HTTP stream is divided into parts. */
public enum StreamFraming {
    /** By the content type of the response. */
    AUTO,
    /** Server-sent events. */
    SSE,
    /** One part in each line. */
    LINES,
    /** One JSON value; an array has a part for each element. */
    JSON,
    /** Bytes, divided at any place. */
    BYTES
}
