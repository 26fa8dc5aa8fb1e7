package dev.weir.component.http.protocol;

import dev.weir.component.http.error.UpstreamErrors;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds failures that a payload reports although the status is 2xx.
 *
 * <p>There are two rules. A payload of a stream is checked for every known form, at the top level, one level down, and in
 * an array: streams come from models, and an error that is taken for a chunk makes a cut answer look complete. A whole
 * answer may be the data of any API. Therefore its member {@code status} is not a failure, since a polled service reports a
 * job's state in it. {@code type: error} needs an explanation beside it, and {@code error_message} needs
 * {@code error_code}.
 *
 * <p>An error without content is not a failure, see {@link Statements}.
 */
public final class ReportedFailures {
    /** Every known form contains one of these texts; other payloads need not be parsed. */
    private static final List<String> NEEDLES = List.of(
            "rror", "RROR", "ailed", "AILED", "imeout", "IMEOUT", "insufficient_system", "base_resp", "\"code\"");

    private static final List<String> ERRORS = List.of(
            "error",
            "Error",
            "errors",
            "error_message",
            "error_msg",
            "errorMessage",
            "errorMsg",
            "error_code",
            "errorCode",
            "errorText",
            "ErrorMsg",
            "ErrorMessage",
            "ErrorCode");

    private static final List<String> TYPES = List.of("type", "event", "event_type");
    private static final List<String> REASONS =
            List.of("finish_reason", "finishReason", "done_reason", "stop_reason", "stopReason");
    /**
     * The members that may contain a stream's failure one level down. Items are not listed: an answer continues after a
     * tool's failure.
     */
    private static final List<String> PARTS = List.of(
            "response",
            "Response",
            "x_groq",
            "data",
            "event",
            "payload",
            "result",
            "message",
            "delta",
            "choices",
            "candidates");

    private static final List<String> CHOICES = List.of("choices", "candidates");
    private static final List<String> EXPLANATIONS = List.of("error", "message", "code", "error_code", "detail");
    private static final int FIRST_ERROR = 400;
    private static final List<String> STATES = List.of("status", "state", "id");

    private ReportedFailures() {}

    /**
     * Throws when a payload of a stream reports a failure.
     *
     * @param payload the JSON value, or the members that a projection has kept
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

    /** Whether the JSON text may report a failure. False is certain. */
    public static boolean mayBeIn(String payload) {
        for (String needle : NEEDLES) {
            if (payload.contains(needle)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the name or type of an event means a failure of the stream. The failure of a tool or a node does not. */
    public static boolean isName(String name) {
        return FailureNames.isFailure(name);
    }

    /** Whether the data of a closing event reports that the stream has failed. */
    static boolean isClosedByFailure(Map<?, ?> data) {
        return FailureNames.isReason(data.get("reason")) || inStream(data) != null;
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
        if (isOfPart(payload)) {
            return null;
        }
        Object error = stated(payload, ERRORS);
        if (error != null || isStated(payload)) {
            return error == null ? payload : error;
        }
        for (String part : PARTS) {
            Object value = payload.get(part);
            List<?> elements =
                    value instanceof List<?> list && CHOICES.contains(part) ? list : Collections.singletonList(value);
            for (Object element : elements) {
                if (element instanceof Map<?, ?> map && inPart(part, map, payload)) {
                    Object inner = stated(map, List.of("error", "Error"));
                    return inner == null ? payload : inner;
                }
            }
        }
        return null;
    }

    private static boolean inPart(String part, Map<?, ?> map, Map<?, ?> payload) {
        if (isOfPart(map)) {
            return false;
        }
        boolean state = part.equals("response") || "workflow_finished".equals(payload.get("event"));
        return stated(map, List.of("error", "Error")) != null
                || hasReason(map)
                || isErrorObject(map)
                || TYPES.stream().anyMatch(key -> isFailureName(map.get(key)))
                || (state && hasFailedStatus(map));
    }

    /** Whether an object describes a tool, a node or a similar part, which may fail while the answer continues. */
    private static boolean isOfPart(Map<?, ?> map) {
        return FailureNames.isOfPart(map.get("role"))
                || TYPES.stream().anyMatch(key -> FailureNames.isOfPart(map.get(key)));
    }

    private static boolean isStated(Map<?, ?> map) {
        return isErrorObject(map)
                || TYPES.stream().anyMatch(key -> isFailureName(map.get(key)))
                || hasFailedStatus(map)
                || hasReason(map)
                || hasFailedBase(map)
                || isEnvelope(map);
    }

    /**
     * The first error among the members {@code keys}, for a message: the member if it explains the error, otherwise the
     * whole object.
     */
    private static @Nullable Object stated(Map<?, ?> map, List<String> keys) {
        for (String key : keys) {
            Object value = map.get(key);
            if (Statements.says(value) && (!key.equals("errors") || value instanceof List<?>)) {
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
        boolean explained = EXPLANATIONS.stream().anyMatch(key -> Statements.says(map.get(key)));
        boolean failed = isErrorObject(map)
                || (isFailureName(map.get("type")) && explained)
                || isCoded(map)
                || hasReason(map)
                || hasFailedBase(map)
                || CHOICES.stream().anyMatch(key -> hasFailedChoice(map.get(key)));
        return failed ? map : null;
    }

    /** Whether the object has {@code error_code} with a message, and is not the state of a job. */
    private static boolean isCoded(Map<?, ?> map) {
        return Statements.says(map.get("error_code"))
                && (Statements.says(map.get("error_msg")) || Statements.says(map.get("error_message")))
                && STATES.stream().noneMatch(map::containsKey);
    }

    /** Whether the object has an error code and a message, but no data. */
    private static boolean isEnvelope(Map<?, ?> map) {
        return map.get("code") instanceof Number code
                && code.doubleValue() >= FIRST_ERROR
                && Statements.says(code)
                && (Statements.says(map.get("message")) || Statements.says(map.get("msg")))
                && map.get("data") == null
                && CHOICES.stream().noneMatch(map::containsKey);
    }

    private static boolean hasFailedBase(Map<?, ?> map) {
        return map.get("base_resp") instanceof Map<?, ?> base && Statements.says(base.get("status_code"));
    }

    private static boolean hasFailedChoice(@Nullable Object choices) {
        return choices instanceof List<?> list
                && list.stream()
                        .anyMatch(choice -> choice instanceof Map<?, ?> map
                                && (Statements.says(map.get("error")) || hasReason(map)));
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
        return REASONS.stream().anyMatch(key -> FailureNames.isReason(map.get(key)));
    }
}
