package dev.weir.face.mcp;

import dev.weir.Excerpt;
import dev.weir.telemetry.TraceContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A valid request or notification.
 *
 * @param id a text or a number; null for a notification
 * @param params empty if there are none
 * @param meta the member {@code _meta} of the parameters; empty if there is none
 */
record McpRequest(
        @Nullable Object id,
        String method,
        Map<String, @Nullable Object> params,
        Map<String, @Nullable Object> meta,
        Revision revision) {
    static final String CALL = "tools/call";
    static final String INITIALIZE = "initialize";

    private static final String VERSION = "io.modelcontextprotocol/protocolVersion";
    private static final String CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    private static final String TASKS = "io.modelcontextprotocol/tasks";
    private static final int LONGEST_SHOWN = 80;
    /** The most characters of an id or a token: each message of the answer repeats them. */
    private static final int LONGEST_ID = 256;

    /** The id of a message; null for a notification, and for a message without a valid id. */
    static @Nullable Object id(Map<String, @Nullable Object> message) {
        Object id = message.get("id");
        return id != null && isShort(id) ? id : null;
    }

    private static boolean isShort(Object id) {
        return id instanceof Number || (id instanceof String text && text.length() <= LONGEST_ID);
    }

    /**
     * Reads a message.
     *
     * @param message the body of the HTTP request
     * @throws RpcException if the message is invalid, or if it differs from the header fields
     */
    static McpRequest of(Map<String, @Nullable Object> message, McpHeaders headers) {
        boolean hasId = message.containsKey("id");
        Object id = id(message);
        if (!"2.0".equals(message.get("jsonrpc"))
                || !(message.get("method") instanceof String method)
                || method.isEmpty()
                || (hasId && id == null)) {
            throw RpcException.of(
                    RpcException.INVALID_REQUEST,
                    "the request body must be one request or notification of JSON-RPC: jsonrpc 2.0, method, and id as a number"
                            + " or a text of at most " + LONGEST_ID + " characters");
        }
        Map<String, @Nullable Object> params = object(message, "params");
        Map<String, @Nullable Object> meta = object(params, "_meta");
        Revision revision = id == null ? ofNotification(headers) : revision(method, meta, headers);
        if (id != null && revision.isStateless()) {
            checkStateless(method, params, meta, headers);
        }
        return new McpRequest(id, method, params, meta, revision);
    }

    private static Map<String, @Nullable Object> object(Map<String, @Nullable Object> owner, String key) {
        Object value = owner.get(key);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map<?, ?> fields)) {
            throw RpcException.of(RpcException.INVALID_PARAMS, key + " must be an object");
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        fields.forEach((name, field) -> object.put(String.valueOf(name), field));
        return object;
    }

    private static Revision ofNotification(McpHeaders headers) {
        String version = headers.version();
        return version == null ? Revision.R2025_06_18 : known(version);
    }

    /** The revision that the request names. Clients of older revisions need not name one. */
    private static Revision revision(String method, Map<String, @Nullable Object> meta, McpHeaders headers) {
        String header = headers.version();
        Object named = meta.get(VERSION);
        if (method.equals(INITIALIZE) && named == null) {
            return Optional.ofNullable(header)
                    .flatMap(Revision::of)
                    .filter(revision -> !revision.isStateless())
                    .orElse(Revision.R2025_11_25);
        }
        if (named == null) {
            return header == null ? Revision.R2025_06_18 : known(header);
        }
        if (header == null || !named.equals(header)) {
            throw mismatch("MCP-Protocol-Version", header);
        }
        return known(header);
    }

    private static Revision known(String version) {
        return Revision.of(version)
                .orElseThrow(() -> RpcException.unsupportedVersion(Excerpt.of(version, LONGEST_SHOWN)));
    }

    private static void checkStateless(
            String method,
            Map<String, @Nullable Object> params,
            Map<String, @Nullable Object> meta,
            McpHeaders headers) {
        if (!meta.containsKey(VERSION)) {
            throw RpcException.of(RpcException.INVALID_PARAMS, "_meta must have " + VERSION);
        }
        if (!(meta.get(CAPABILITIES) instanceof Map)) {
            throw RpcException.of(RpcException.INVALID_PARAMS, "_meta must have " + CAPABILITIES + ", an object");
        }
        if (!method.equals(headers.method())) {
            throw mismatch("Mcp-Method", headers.method());
        }
        if (method.equals(CALL) && params.get("name") instanceof String name && !name.equals(headers.name())) {
            throw mismatch("Mcp-Name", headers.name());
        }
    }

    private static RpcException mismatch(String field, @Nullable String value) {
        return RpcException.of(
                RpcException.HEADER_MISMATCH,
                value == null
                        ? "the header " + field + " is missing: send the value of the body in it"
                        : "the header " + field + " differs from the body: send the value of the body in it");
    }

    boolean isNotification() {
        return id == null;
    }

    /** Whether the client can poll tasks. */
    boolean takesTasks() {
        return revision.isStateless()
                && meta.get(CAPABILITIES) instanceof Map<?, ?> capabilities
                && capabilities.get("extensions") instanceof Map<?, ?> extensions
                && extensions.get(TASKS) != null;
    }

    /** The token for notifications of progress; null if the client wants none. */
    @Nullable
    Object progressToken() {
        Object token = meta.get("progressToken");
        if (token == null || isShort(token)) {
            return token;
        }
        throw RpcException.of(
                RpcException.INVALID_PARAMS,
                "_meta.progressToken must be a number, or a text of at most " + LONGEST_ID + " characters");
    }

    /** The trace that the message names. */
    TraceContext trace() {
        return TraceContext.of(meta.get(TraceContext.PARENT), meta.get(TraceContext.STATE));
    }

    /** A parameter that is a text. */
    String text(String name) {
        if (params.get(name) instanceof String text) {
            return text;
        }
        throw RpcException.of(RpcException.INVALID_PARAMS, "params." + name + " must be a text");
    }

    /** The arguments of a call of a tool. */
    Map<String, @Nullable Object> arguments() {
        return object(params, "arguments");
    }
}
