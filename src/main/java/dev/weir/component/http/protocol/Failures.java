package dev.weir.component.http.protocol;

import dev.weir.component.http.error.UpstreamErrors;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words by which a payload says that the call has failed although its status is 2xx.
 *
 * <p>Two rules. A payload of a stream fails by every wording in use, at the top or one level down, alone or in an array: a
 * stream is asked of a model, and an error that passes as a chunk makes a cut answer look complete. A whole answer may be the
 * data of any API. Therefore a member {@code status} is no failure there, since a service that is polled reports so the state
 * of a job; {@code type: error} needs an explanation beside it; and {@code error_message} needs {@code error_code}.
 *
 * <p>An error that says nothing is none: null, an empty or blank text, false, zero, words such as "none", and a list or an
 * object with nothing else in it.
 */
public final class Failures {
    /** Every wording has one of these in it; other payloads need not be parsed. */
    private static final List<String> NEEDLES = List.of("rror", "RROR", "ailed", "AILED");

    private static final Set<String> NOTHING = Set.of("", "0", "false", "null", "none", "ok", "success");

    private static final List<String> ERRORS = List.of(
            "error",
            "Error",
            "errors",
            "error_message",
            "error_msg",
            "errorMessage",
            "errorMsg",
            "error_code",
            "errorCode");

    private static final List<String> TYPES = List.of("type", "event", "event_type");
    private static final List<String> REASONS =
            List.of("finish_reason", "finishReason", "done_reason", "stop_reason", "stopReason");
    /** Where a failure of the stream stands one level down. Not in items: an answer goes on after the failure of a tool. */
    private static final List<String> PARTS =
            List.of("response", "data", "event", "payload", "result", "message", "delta", "choices", "candidates");

    private static final List<String> CHOICES = List.of("choices", "candidates");
    private static final List<String> EXPLANATIONS = List.of("error", "message", "code", "error_code", "detail");
    private static final List<String> STATES = List.of("status", "state", "id");

    private Failures() {}

    /**
     * Throws when a payload of a stream reports a failure.
     *
     * @param payload the JSON value, or its members that a projection has left
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#UPSTREAM_ERROR_PAYLOAD}
     */
    public static void throwIfStreamFailed(@Nullable Object payload) {
        throwIfPresent(inStream(payload));
    }

    /**
     * Throws when a whole answer reports a failure.
     *
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#UPSTREAM_ERROR_PAYLOAD}
     */
    public static void throwIfWholeFailed(@Nullable Object answer) {
        throwIfPresent(inWhole(answer));
    }

    private static void throwIfPresent(@Nullable Object error) {
        if (error != null) {
            throw UpstreamErrors.errorPayload(error);
        }
    }

    /** False when the JSON text certainly reports no failure. */
    public static boolean mayBeIn(String payload) {
        for (String needle : NEEDLES) {
            if (payload.contains(needle)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the name or type of an event is a failure of the stream. {@code response.mcp_call.failed} and the like are none:
     * they tell of a tool's call, and the answer goes on.
     */
    public static boolean isName(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("response.") && lower.indexOf('.', "response.".length()) >= 0) {
            return false;
        }
        return lower.equals("error")
                || lower.endsWith(".failed")
                || lower.endsWith("_failed")
                || lower.endsWith(".error");
    }

    /** The error that a payload of a stream reports, for a message; null for none. */
    static @Nullable Object inStream(@Nullable Object payload) {
        if (payload instanceof List<?> list) {
            return list.stream()
                    .map(element -> element instanceof Map<?, ?> map ? inObject(map) : null)
                    .filter(error -> error != null)
                    .findFirst()
                    .orElse(null);
        }
        return payload instanceof Map<?, ?> map ? inObject(map) : null;
    }

    private static @Nullable Object inObject(Map<?, ?> payload) {
        Object error = stated(payload, ERRORS);
        if (error != null || isStated(payload)) {
            return error == null ? payload : error;
        }
        for (String part : PARTS) {
            Object value = payload.get(part);
            for (Object element : value instanceof List<?> list ? list : List.of(value == null ? "" : value)) {
                if (element instanceof Map<?, ?> map && inPart(part, map)) {
                    return stated(map, List.of("error")) == null ? payload : map.get("error");
                }
            }
        }
        return null;
    }

    private static boolean inPart(String part, Map<?, ?> map) {
        return says(map.get("error"))
                || hasReason(map)
                || isErrorObject(map)
                || TYPES.stream().anyMatch(key -> isFailureName(map.get(key)))
                || (part.equals("response") && hasFailedStatus(map));
    }

    private static boolean isStated(Map<?, ?> map) {
        return isErrorObject(map)
                || TYPES.stream().anyMatch(key -> isFailureName(map.get(key)))
                || hasFailedStatus(map)
                || hasReason(map);
    }

    /** The first of the members that says something: itself if it explains, otherwise the object around it. */
    private static @Nullable Object stated(Map<?, ?> map, List<String> keys) {
        for (String key : keys) {
            Object value = map.get(key);
            if (says(value) && (!key.equals("errors") || value instanceof List<?>)) {
                boolean explains = value instanceof Map<?, ?> || (value instanceof String && map.size() == 1);
                return explains ? value : map;
            }
        }
        return null;
    }

    private static @Nullable Object inWhole(@Nullable Object answer) {
        if (answer instanceof List<?> list) {
            return list.size() == 1 && list.get(0) instanceof Map<?, ?> map ? stated(map, List.of("error")) : null;
        }
        if (!(answer instanceof Map<?, ?> map)) {
            return null;
        }
        Object error = stated(map, List.of("error"));
        if (error != null) {
            return error;
        }
        boolean explained = EXPLANATIONS.stream().anyMatch(key -> says(map.get(key)));
        boolean failed = isErrorObject(map)
                || (isFailureName(map.get("type")) && explained)
                || isCoded(map)
                || CHOICES.stream().anyMatch(key -> hasFailedChoice(map.get(key)));
        return failed ? map : null;
    }

    /** {@code error_code} with its message, where it is not the state of a job. */
    private static boolean isCoded(Map<?, ?> map) {
        return says(map.get("error_code"))
                && (says(map.get("error_msg")) || says(map.get("error_message")))
                && STATES.stream().noneMatch(map::containsKey);
    }

    private static boolean hasFailedChoice(@Nullable Object choices) {
        return choices instanceof List<?> list
                && list.stream()
                        .anyMatch(choice ->
                                choice instanceof Map<?, ?> map && (says(map.get("error")) || hasReason(map)));
    }

    private static boolean isErrorObject(Map<?, ?> map) {
        return map.get("object") instanceof String object && object.equalsIgnoreCase("error");
    }

    private static boolean isFailureName(@Nullable Object value) {
        return value instanceof String name && isName(name);
    }

    private static boolean hasFailedStatus(Map<?, ?> map) {
        return map.get("status") instanceof String status
                && (status.equalsIgnoreCase("failed") || status.equalsIgnoreCase("error"));
    }

    private static boolean hasReason(Map<?, ?> map) {
        return REASONS.stream().anyMatch(key -> map.get(key) instanceof String reason && isReason(reason));
    }

    private static boolean isReason(String reason) {
        String lower = reason.strip().toLowerCase(Locale.ROOT);
        return lower.equals("error")
                || lower.equals("failed")
                || lower.startsWith("error_")
                || lower.endsWith("_error");
    }

    /** Whether an error says something. */
    private static boolean says(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().anyMatch(Failures::says);
        }
        if (value instanceof List<?> list) {
            return list.stream().anyMatch(Failures::says);
        }
        if (value instanceof String text) {
            return !NOTHING.contains(text.strip().toLowerCase(Locale.ROOT));
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        return Boolean.TRUE.equals(value);
    }
}
