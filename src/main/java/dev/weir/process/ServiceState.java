package dev.weir.process;

/** Whether a service can serve. */
public sealed interface ServiceState {
    /** It will; callers wait. */
    record Starting() implements ServiceState {}

    /** It can, by this process. */
    record Ready(ServiceProcess life) implements ServiceState {}

    /** It cannot, for this reason; it may still come to serve by itself. */
    record Failed(String reason) implements ServiceState {}
}
