package dev.weir.stream;

import java.lang.System.Logger.Level;

/** Logs faults in code that must not throw. Logging itself may fail when the JVM has no memory. */
public final class FaultLog {
    private FaultLog() {}

    /** Logs {@code fault} as an error; never throws. */
    public static void error(System.Logger log, String what, Throwable fault) {
        try {
            log.log(Level.ERROR, what, fault);
        } catch (RuntimeException | Error e) {
            // Logging may fail for lack of memory. The caller has further work to do.
        }
    }
}
