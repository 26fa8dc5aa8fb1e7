package dev.weir.face.mcp;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The form of the failures of one request: an error of JSON-RPC, or the result of a tool that has failed. It becomes more exact
 * while the request is read. Thread-safe.
 */
final class McpFailures implements FailureForm {
    /** The failures of requests. Those of a tool are a result, which a language model can read. */
    private static final Set<ErrorCode> OF_REQUESTS = EnumSet.of(
            ErrorCode.MALFORMED_REQUEST,
            ErrorCode.UNAUTHENTICATED,
            ErrorCode.FORBIDDEN,
            ErrorCode.NOT_FOUND,
            ErrorCode.UNKNOWN_WORKFLOW,
            ErrorCode.UNKNOWN_TASK,
            ErrorCode.METHOD_NOT_ALLOWED,
            ErrorCode.NOT_ACCEPTABLE,
            ErrorCode.BODY_TIMED_OUT,
            ErrorCode.BODY_TOO_LARGE,
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            ErrorCode.TOO_MANY_RUNS,
            ErrorCode.RATE_LIMITED,
            ErrorCode.NOT_READY,
            ErrorCode.SHUTTING_DOWN,
            ErrorCode.OVERLOADED);

    private final ProblemDocuments problems;
    private final Optional<String> metadata;
    private volatile @Nullable Object id;
    private volatile @Nullable McpRequest request;
    private volatile @Nullable McpRequest call;

    /**
     * Makes the form of a request that is not read yet.
     *
     * @param metadata the address of the metadata of this resource; empty if there are none
     */
    McpFailures(ProblemDocuments problems, Optional<String> metadata) {
        this.problems = problems;
        this.metadata = metadata;
    }

    /** Sets the id of the request; null if it has none. */
    void identify(@Nullable Object ofRequest) {
        id = ofRequest;
    }

    /** Sets the request, when it was read. */
    void read(McpRequest valid) {
        request = valid;
    }

    /** Marks the request as the call of a tool: from now on, failures are results. */
    void calls(McpRequest ofTool) {
        call = ofTool;
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public int status(WeirException failure) {
        if (failure instanceof RpcException known) {
            return known.status();
        }
        if (isOfTool(failure)) {
            return 200;
        }
        return isMalformed(failure) ? 400 : failure.code().status();
    }

    /** Whether a body is not a request. */
    private boolean isMalformed(WeirException failure) {
        return request == null && failure.code() == ErrorCode.INVALID_INPUT;
    }

    private boolean isOfTool(WeirException failure) {
        return call != null && !(failure instanceof RpcException) && !OF_REQUESTS.contains(failure.code());
    }

    @Override
    public Map<String, @Nullable Object> document(WeirException failure, @Nullable String taskId) {
        McpRequest ofTool = call;
        if (ofTool != null && isOfTool(failure)) {
            return McpMessages.result(ofTool, failed(problems.mask(failure.detail()), taskId));
        }
        String detail = problems.mask(failure.detail());
        if (failure instanceof RpcException known) {
            return McpMessages.error(id, known.rpcCode(), detail, known.data().orElse(null));
        }
        if (isMalformed(failure)) {
            return McpMessages.error(id, RpcException.INVALID_REQUEST, detail, null);
        }
        if (failure.code() == ErrorCode.MALFORMED_REQUEST) {
            return McpMessages.error(id, RpcException.PARSE_ERROR, detail, null);
        }
        int code = failure.code() == ErrorCode.INTERNAL ? RpcException.INTERNAL_ERROR : status(failure);
        return McpMessages.error(id, code, detail, problems.document(failure, taskId));
    }

    /** The result of a tool that has failed. */
    private static Map<String, @Nullable Object> failed(String detail, @Nullable String taskId) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("content", List.of(ToolContent.text(detail)));
        result.put("isError", true);
        if (taskId != null) {
            result.put("_meta", ToolContent.meta(taskId));
        }
        return result;
    }

    @Override
    public Map<String, String> headers(WeirException failure, boolean begun) {
        return failure.code() == ErrorCode.UNAUTHENTICATED && metadata.isPresent()
                ? Map.of("WWW-Authenticate", "Bearer resource_metadata=\"" + metadata.get() + "\"")
                : Map.of();
    }
}
