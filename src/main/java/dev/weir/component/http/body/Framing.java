package dev.weir.component.http.body;

/** How a body is split into payloads, independent of its content type. */
public enum Framing {
    /** By the content type; by the first bytes if the type is absent or general. */
    AUTO,
    SSE,
    LINES,
    JSON,
    BYTES
}
