package dev.weir.face.anthropic;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Failures in the shape of Anthropic's API: {@code {"type": "error", "error": {type, message}, "request_id"}}. The id is that of the
 * task; null without one. Thread-safe.
 */
record AnthropicErrors(ProblemDocuments problems) implements FailureForm {
    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public int status(WeirException failure) {
        return failure.code() == ErrorCode.INVALID_INPUT ? 400 : failure.code().status();
    }

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

    /** The clients repeat requests by themselves. A run that has begun may have had effects, so it is not repeated. */
    @Override
    public Map<String, String> headers(WeirException failure, boolean begun) {
        return begun ? Map.of("x-should-retry", "false") : Map.of();
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
