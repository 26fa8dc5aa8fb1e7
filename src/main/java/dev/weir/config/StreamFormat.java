package dev.weir.config;

/** The format of the chunks of an HTTP stream. */
public enum StreamFormat {
    /** Bytes, unchanged. */
    NONE,
    /** Text in UTF-8. */
    TEXT,
    /** JSON, one value in each chunk. */
    JSON
}
