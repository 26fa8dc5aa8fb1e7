package dev.weir;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Failures as texts, for logs that must leave secrets out of them. */
public final class StackTraces {
    private StackTraces() {}

    /** The stack trace of a failure and of what caused it. */
    public static String of(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
