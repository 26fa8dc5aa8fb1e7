package dev.weir.config;

/** The version of HTTP that a component uses. */
public enum HttpVersion {
    /** HTTP/1.1: each call has its own connection. */
    HTTP_1_1,
    /** HTTP/2, only over https: calls share connections. */
    HTTP_2,
    /** HTTP/2 where the upstream offers it over https, otherwise HTTP/1.1. */
    AUTO
}
