package dev.weir.telemetry;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The place of a request in a distributed trace. Upstreams receive it unchanged: their spans then have the client's span as their
 * parent.
 *
 * @param traceId 32 hexadecimal digits in lower case, not all zero; empty for {@link #NONE}
 * @param spanId the client's span: 16 such digits, not all zero
 * @param flags two such digits; the lowest bit tells that the client records the trace
 * @param state the header field {@code tracestate}; empty if there is none
 * @see <a href="https://www.w3.org/TR/trace-context/">Trace Context, W3C</a>
 */
public record TraceContext(String traceId, String spanId, String flags, String state) {
    /** The header field of the ids, and the member of {@code _meta} in the Model Context Protocol. */
    public static final String PARENT = "traceparent";

    /** The header field of the vendors' values, and the member of {@code _meta}. */
    public static final String STATE = "tracestate";

    /** The context of a request that belongs to no trace. */
    public static final TraceContext NONE = new TraceContext("", "", "", "");

    private static final int LONGEST_STATE = 512;
    private static final Pattern FORM = Pattern.compile(
            "(?<version>(?!ff)[0-9a-f]{2})-(?<trace>(?!0{32})[0-9a-f]{32})-(?<span>(?!0{16})[0-9a-f]{16})-(?<flags>[0-9a-f]{2})"
                    + "(?<more>-.*)?");
    private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7E]*");

    /**
     * Reads header fields. A malformed or repeated {@code traceparent} gives {@link #NONE}. A later version than 00 is read as 00.
     *
     * @param parents the fields {@code traceparent}
     * @param states the fields {@code tracestate}; ignored if they have more than 512 characters together, or others than visible
     *     ASCII
     */
    public static TraceContext of(List<String> parents, List<String> states) {
        return parents.size() == 1 ? of(parents.get(0), String.join(",", states)) : NONE;
    }

    /** Reads values as the other method does. A value that is not a text counts as absent. */
    public static TraceContext of(@Nullable Object parent, @Nullable Object states) {
        if (!(parent instanceof String text)) {
            return NONE;
        }
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches() || (form.group("version").equals("00") && form.group("more") != null)) {
            return NONE;
        }
        String state = states instanceof String values && values.length() <= LONGEST_STATE ? values.strip() : "";
        return new TraceContext(
                form.group("trace"),
                form.group("span"),
                form.group("flags"),
                VISIBLE.matcher(state).matches() ? state : "");
    }

    /** Whether there is a trace. */
    public boolean isPresent() {
        return !traceId.isEmpty();
    }

    /** Returns the value of the header field {@code traceparent}, in version 00. */
    public String parent() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }
}
