package dev.weir.component.http.protocol;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The event names, types and end reasons that mean the failure of a stream. */
final class FailureNames {
    /** A longer text is not a name. */
    private static final int MOST_CHARACTERS = 100;

    /** The parts of a run that may fail while the answer continues. */
    private static final Set<String> PARTS = Set.of(
            "tool", "tools", "function", "node", "step", "mcp", "item", "plugin", "action", "search", "iteration");

    private static final Set<String> REASONS = Set.of("error", "failed", "timeout", "insufficient_system_resource");

    private FailureNames() {}

    /**
     * Whether the name or type of an event means a failure of the stream. {@code response.mcp_call.failed} and similar
     * names do not: a tool's call failed, but the answer continues.
     */
    static boolean isFailure(String name) {
        if (name.length() > MOST_CHARACTERS) {
            return false;
        }
        String lower = name.strip().toLowerCase(Locale.ROOT);
        if (isOfPart(lower) || (lower.startsWith("response.") && lower.indexOf('.', "response.".length()) >= 0)) {
            return false;
        }
        return lower.equals("error")
                || lower.endsWith(".failed")
                || lower.endsWith("_failed")
                || lower.endsWith(".error")
                || lower.endsWith("_error");
    }

    /** Whether the name belongs to a tool, a node or a similar part. Also true for a text that is too long for a name. */
    static boolean isOfPart(@Nullable Object name) {
        return name instanceof String text
                && (text.length() > MOST_CHARACTERS
                        || List.of(text.toLowerCase(Locale.ROOT).split("[._:/ -]")).stream()
                                .anyMatch(PARTS::contains));
    }

    /** Whether this end reason means that the answer has failed. */
    static boolean isReason(@Nullable Object value) {
        if (!(value instanceof String reason) || reason.length() > MOST_CHARACTERS) {
            return false;
        }
        String lower = reason.strip().toLowerCase(Locale.ROOT);
        return REASONS.contains(lower) || lower.startsWith("error_") || lower.endsWith("_error");
    }
}
