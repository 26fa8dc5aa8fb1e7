package dev.weir.component;

/** Whether a component can serve. */
public sealed interface Readiness {
    /** It can. */
    record Ready() implements Readiness {}

    /** It will; a call waits for it. */
    record Loading() implements Readiness {}

    /** It cannot, for this reason. */
    record Failed(String reason) implements Readiness {}
}
