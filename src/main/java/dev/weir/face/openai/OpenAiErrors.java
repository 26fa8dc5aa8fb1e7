package dev.weir.face.openai;

import dev.weir.ErrorCode;
import dev.weir.InvalidInputException;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.face.ModelFailures;
import dev.weir.face.RefusedFieldException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures in the shape of OpenAI's API: {@code {"error": {message, type, param, code}}}. Thread-safe. */
record OpenAiErrors(ProblemDocuments problems) implements ModelFailures {
    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final String OF_THE_INPUT = "input.";

    @Override
    public Map<String, @Nullable Object> document(WeirException failure, @Nullable String taskId) {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", problems.mask(failure.detail()));
        error.put("type", type(failure.code()));
        error.put("param", param(failure));
        error.put("code", code(failure));
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("error", error);
        return document;
    }

    private static String type(ErrorCode code) {
        if (code.status() == 429) {
            return "rate_limit_error";
        }
        return code.status() >= 500 ? "server_error" : INVALID_REQUEST;
    }

    private static @Nullable String param(WeirException failure) {
        if (failure instanceof RefusedFieldException refused) {
            return refused.field();
        }
        if (failure instanceof InvalidInputException invalid) {
            String field = invalid.faults().get(0).field();
            return field.startsWith(OF_THE_INPUT) ? field.substring(OF_THE_INPUT.length()) : field;
        }
        return failure.code() == ErrorCode.UNKNOWN_WORKFLOW ? "model" : null;
    }

    private static String code(WeirException failure) {
        if (failure instanceof RefusedFieldException refused && refused.isUnsupported()) {
            return "unsupported_parameter";
        }
        return switch (failure.code()) {
            case MALFORMED_REQUEST, INVALID_INPUT -> "invalid_value";
            case UNAUTHENTICATED -> "invalid_api_key";
            case UNKNOWN_WORKFLOW -> "model_not_found";
            case RATE_LIMITED, TOO_MANY_RUNS -> "rate_limit_exceeded";
            default -> failure.code().slug().replace('-', '_');
        };
    }
}
