package dev.weir.config;

/** How the parts of an HTTP stream are told apart. */
public enum StreamFraming {
    /** By the content type of the answer. */
    AUTO,
    /** As server-sent events. */
    SSE,
    /** As one part a line. */
    LINES,
    /** As one JSON value, of which an array has a part for each element. */
    JSON,
    /** As pieces of bytes, wherever they are cut. */
    BYTES
}
