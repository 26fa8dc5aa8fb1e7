package dev.weir.component.http.body;

/** How a body is taken apart, whatever its content type says. */
public enum Framing {
    /** By the content type, and by the first bytes where the type is absent or general. */
    AUTO,
    SSE,
    LINES,
    JSON,
    BYTES
}
