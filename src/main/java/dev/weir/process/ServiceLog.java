package dev.weir.process;

import java.lang.System.Logger.Level;
import java.util.function.UnaryOperator;

/**
 * Logs the events and the output of one service, with the service's id and without secrets. The output has the logger
 * {@code dev.weir.process.output}, so that it can be configured separately.
 */
final class ServiceLog {
    private static final System.Logger EVENTS = System.getLogger(ManagedProcess.class.getName());
    private static final System.Logger OUTPUT = System.getLogger("dev.weir.process.output");

    private final String id;
    private final UnaryOperator<String> mask;

    /**
     * Creates the log of a service.
     *
     * @param mask removes secrets from a text
     */
    ServiceLog(String id, UnaryOperator<String> mask) {
        this.id = id;
        this.mask = mask;
    }

    /** Logs a line of output. Returns it without secrets. */
    String output(String line) {
        String masked = mask.apply(line);
        OUTPUT.log(Level.INFO, "{0}: {1}", id, masked);
        return masked;
    }

    void tell(Level level, String message) {
        EVENTS.log(level, "component {0}: {1}", id, mask.apply(message));
    }
}
