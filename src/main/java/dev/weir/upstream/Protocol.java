package dev.weir.upstream;

/** The versions of HTTP that a client speaks over TLS. Without TLS it speaks HTTP/1.1. */
public enum Protocol {
    /** HTTP/1.1: a connection carries one answer at a time. */
    HTTP_1_1,
    /** HTTP/2 only: a call to an upstream that does not speak it fails. */
    HTTP_2,
    /** HTTP/2 if the upstream chooses it, otherwise HTTP/1.1. */
    NEGOTIATED
}
