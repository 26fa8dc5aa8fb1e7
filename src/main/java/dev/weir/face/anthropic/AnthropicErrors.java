package dev.weir.face.anthropic;

import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.face.ModelFailures;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Failures in the shape of Anthropic's API: {@code {"type": "error", "error": {type, message}, "request_id"}}. The id is that of the
 * task; null without one. Thread-safe.
 */
record AnthropicErrors(ProblemDocuments problems) implements ModelFailures {
    @Override
    public Map<String, @Nullable Object> document(WeirException failure, @Nullable String taskId) {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("type", type(failure.code().status()));
        error.put("message", problems.mask(failure.detail()));
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("type", "error");
        document.put("error", error);
        document.put("request_id", taskId);
        return document;
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            case 504 -> "timeout_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }
}
