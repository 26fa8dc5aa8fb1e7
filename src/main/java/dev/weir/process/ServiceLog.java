package dev.weir.process;

import java.lang.System.Logger.Level;
import java.util.function.UnaryOperator;

/**
 * What is told of one service, and what it tells itself: one line of the server's log each, with the service's id, without
 * secrets. What it tells itself has the logger {@code dev.weir.process.output}, so that it can be had apart.
 */
final class ServiceLog {
    private static final System.Logger EVENTS = System.getLogger(ManagedProcess.class.getName());
    private static final System.Logger OUTPUT = System.getLogger("dev.weir.process.output");

    private final String id;
    private final UnaryOperator<String> mask;

    /** @param mask leaves secrets out of a text */
    ServiceLog(String id, UnaryOperator<String> mask) {
        this.id = id;
        this.mask = mask;
    }

    /** Logs a line of output, and gives it as it was logged. */
    String output(String line) {
        String masked = mask.apply(line);
        OUTPUT.log(Level.INFO, "{0}: {1}", id, masked);
        return masked;
    }

    void tell(Level level, String message) {
        EVENTS.log(level, "component {0}: {1}", id, mask.apply(message));
    }
}
