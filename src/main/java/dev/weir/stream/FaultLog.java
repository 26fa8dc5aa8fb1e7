package dev.weir.stream;

import java.lang.System.Logger.Level;

/** Logs faults where nothing may be thrown: a JVM without memory fails to log, too. */
public final class FaultLog {
    private FaultLog() {}

    /** Logs {@code fault} as an error; never throws. */
    public static void error(System.Logger log, String what, Throwable fault) {
        try {
            log.log(Level.ERROR, what, fault);
        } catch (RuntimeException | Error e) {
            // There is no memory left even for that; the caller has more to do than to tell it.
        }
    }
}
