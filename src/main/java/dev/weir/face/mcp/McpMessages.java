package dev.weir.face.mcp;

import dev.weir.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes messages of the protocol, as plain values. Stateless. */
final class McpMessages {
    private static final String SERVER = "io.modelcontextprotocol/serverInfo";

    private McpMessages() {}

    /** The name and the version of this server. */
    static Map<String, Object> serverInfo() {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("name", "weir");
        info.put("version", Version.NUMBER);
        return info;
    }

    /**
     * The response with a result. Its type and the server are added where the revision has them.
     *
     * @param result its member {@code resultType} replaces the usual one
     */
    static Map<String, @Nullable Object> result(McpRequest request, Map<String, @Nullable Object> result) {
        Map<String, @Nullable Object> message = message();
        message.put("id", request.id());
        message.put("result", complete(request.revision(), result));
        return message;
    }

    /** A result with what its revision adds to all results. */
    static Map<String, @Nullable Object> complete(Revision revision, Map<String, @Nullable Object> result) {
        if (!revision.isStateless()) {
            return result;
        }
        Map<String, @Nullable Object> complete = new LinkedHashMap<>();
        complete.put("resultType", "complete");
        complete.putAll(result);
        Map<String, @Nullable Object> meta = new LinkedHashMap<>();
        meta.put(SERVER, serverInfo());
        if (result.get("_meta") instanceof Map<?, ?> own) {
            own.forEach((key, value) -> meta.put(String.valueOf(key), value));
        }
        complete.remove("_meta");
        complete.put("_meta", meta);
        return complete;
    }

    /**
     * The response with an error.
     *
     * @param id of the request; null if it is not known
     * @param data null for none
     */
    static Map<String, @Nullable Object> error(@Nullable Object id, int code, String text, @Nullable Object data) {
        Map<String, @Nullable Object> message = message();
        if (id != null) {
            message.put("id", id);
        }
        message.put("error", error(code, text, data));
        return message;
    }

    /** The error of a response, or of a task. */
    static Map<String, @Nullable Object> error(int code, String text, @Nullable Object data) {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", text);
        if (data != null) {
            error.put("data", data);
        }
        return error;
    }

    /**
     * The notification of a call's progress.
     *
     * @param chunks the chunks so far
     * @param text the text since the previous notification; empty for none
     */
    static Map<String, @Nullable Object> progress(Object token, long chunks, String text) {
        Map<String, @Nullable Object> params = new LinkedHashMap<>();
        params.put("progressToken", token);
        params.put("progress", chunks);
        if (!text.isEmpty()) {
            params.put("message", text);
        }
        Map<String, @Nullable Object> message = message();
        message.put("method", "notifications/progress");
        message.put("params", params);
        return message;
    }

    private static Map<String, @Nullable Object> message() {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("jsonrpc", "2.0");
        return message;
    }
}
