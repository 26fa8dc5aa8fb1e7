package dev.weir.face.mcp;

import dev.weir.Excerpt;
import dev.weir.security.Caller;
import dev.weir.workflow.Workflows;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The methods that start no run. */
record McpMethods(Workflows workflows, McpTasks tasks) {
    private static final int CACHED_MILLIS = 60_000;
    private static final int LONGEST_SHOWN = 80;

    /**
     * The result of a request.
     *
     * @throws RpcException if the revision of the request has no such method, or if a parameter is wrong
     */
    Map<String, @Nullable Object> result(McpRequest request, Caller caller) {
        return request.revision().isStateless() ? stateless(request, caller) : withHandshake(request, caller);
    }

    private Map<String, @Nullable Object> stateless(McpRequest request, Caller caller) {
        return switch (request.method()) {
            case "server/discover" -> cacheable(discovery());
            case "tools/list" -> cacheable(tools(request, caller));
            case "tasks/get" -> tasks.get(request, caller);
            case "tasks/cancel" -> tasks.cancel(request, caller);
            default -> throw unknown(request);
        };
    }

    private Map<String, @Nullable Object> withHandshake(McpRequest request, Caller caller) {
        return switch (request.method()) {
            case McpRequest.INITIALIZE -> initialisation(request);
            case "ping" -> Map.of();
            case "tools/list" -> tools(request, caller);
            default -> throw unknown(request);
        };
    }

    private static RpcException unknown(McpRequest request) {
        return RpcException.unknownMethod(Excerpt.of(request.method(), LONGEST_SHOWN));
    }

    private static Map<String, @Nullable Object> discovery() {
        Map<String, Object> capabilities = new LinkedHashMap<>();
        capabilities.put("tools", Map.of());
        capabilities.put("extensions", Map.of("io.modelcontextprotocol/tasks", Map.of()));
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("supportedVersions", Revision.VERSIONS);
        result.put("capabilities", capabilities);
        return result;
    }

    /** Adds the time for which a client may keep a result. Without authentication it is the same for all clients. */
    private Map<String, @Nullable Object> cacheable(Map<String, @Nullable Object> result) {
        result.put("ttlMs", CACHED_MILLIS);
        result.put("cacheScope", workflows.controller().auth().isPresent() ? "private" : "public");
        return result;
    }

    private Map<String, @Nullable Object> tools(McpRequest request, Caller caller) {
        if (request.params().get("cursor") != null) {
            throw RpcException.of(RpcException.INVALID_PARAMS, "params.cursor is unknown: all tools are in one list");
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("tools", Tools.describe(workflows.all(caller), workflows::mask));
        return result;
    }

    private static Map<String, @Nullable Object> initialisation(McpRequest request) {
        Revision revision = Optional.ofNullable(request.params().get("protocolVersion"))
                .flatMap(Revision::of)
                .filter(known -> !known.isStateless())
                .orElse(Revision.R2025_11_25);
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("protocolVersion", revision.version());
        result.put("capabilities", Map.of("tools", Map.of("listChanged", false)));
        result.put("serverInfo", McpMessages.serverInfo());
        return result;
    }
}
