package dev.weir;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Formats failures as text, for logs in which secrets are masked. */
public final class StackTraces {
    private StackTraces() {}

    /** The stack trace of a failure with its causes. */
    public static String of(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
