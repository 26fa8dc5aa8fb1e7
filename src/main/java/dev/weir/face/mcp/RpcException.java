package dev.weir.face.mcp;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A failure with a code of JSON-RPC or of the protocol. */
final class RpcException extends WeirException {
    /** The body is not JSON. */
    static final int PARSE_ERROR = -32700;
    /** The JSON is not a request. */
    static final int INVALID_REQUEST = -32600;

    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL_ERROR = -32603;
    /** A header field is missing, or differs from the body. */
    static final int HEADER_MISMATCH = -32020;

    static final int UNSUPPORTED_VERSION = -32022;

    private static final long serialVersionUID = 1L;

    private final int rpcCode;
    private final int status;
    /** The version that the client asked for; null for another failure. */
    private final @Nullable String version;

    private RpcException(ErrorCode code, int rpcCode, int status, String message, @Nullable String version) {
        super(code, message);
        this.rpcCode = rpcCode;
        this.status = status;
        this.version = version;
    }

    /** A fault of a request, with the HTTP status 400. */
    static RpcException of(int rpcCode, String message) {
        return new RpcException(ErrorCode.MALFORMED_REQUEST, rpcCode, 400, message, null);
    }

    static RpcException unknownMethod(String method) {
        return new RpcException(
                ErrorCode.NOT_FOUND, METHOD_NOT_FOUND, 404, "no method has the name '" + method + "'", null);
    }

    /** A tool that does not exist, or that the caller may not run. */
    static RpcException unknownTool(String name) {
        return new RpcException(
                ErrorCode.UNKNOWN_WORKFLOW, INVALID_PARAMS, 200, "no tool has the name '" + name + "'", null);
    }

    static RpcException unknownTask(WeirException cause) {
        return new RpcException(ErrorCode.UNKNOWN_TASK, INVALID_PARAMS, 200, cause.detail(), null);
    }

    static RpcException unsupportedVersion(String version) {
        return new RpcException(
                ErrorCode.MALFORMED_REQUEST,
                UNSUPPORTED_VERSION,
                400,
                "the protocol version is not supported: take one of " + String.join(", ", Revision.VERSIONS),
                version);
    }

    int rpcCode() {
        return rpcCode;
    }

    /** The HTTP status. */
    int status() {
        return status;
    }

    /** The member {@code data} of the error. */
    Optional<Map<String, Object>> data() {
        return version == null
                ? Optional.empty()
                : Optional.of(Map.of("supported", Revision.VERSIONS, "requested", version));
    }
}
