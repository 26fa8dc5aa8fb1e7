package dev.weir.process;

/** The state of a service. */
public sealed interface ServiceState {
    /** The service is starting; calls wait. */
    record Starting() implements ServiceState {}

    /**
     * The service is ready.
     *
     * @param life the process that serves
     */
    record Ready(ServiceProcess life) implements ServiceState {}

    /** The service has failed; calls fail with {@code reason}. It may still become ready. */
    record Failed(String reason) implements ServiceState {}
}
