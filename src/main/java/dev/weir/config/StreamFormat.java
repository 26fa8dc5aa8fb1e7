package dev.weir.config;

/** How the chunks of an HTTP stream are read. */
public enum StreamFormat {
    /** As they come, bytes. */
    NONE,
    /** As UTF-8 text. */
    TEXT,
    /** As JSON, one value a chunk. */
    JSON
}
