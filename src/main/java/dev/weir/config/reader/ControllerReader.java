package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.config.AuthConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.LimitsConfig;
import dev.weir.config.McpConfig;
import dev.weir.config.OpenAiConfig;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code controller}; its server settings may be in {@code adapter}. */
public final class ControllerReader {
    private static final String SERVER = "http-server";
    public static final int MAX_PORT = 65_535;

    private ControllerReader() {}

    static ControllerConfig read(Section controller) {
        List<Section> adapters = adapters(controller);
        Section server = adapters.stream()
                .filter(ControllerReader::isServer)
                .findFirst()
                .orElse(adapters.isEmpty() ? controller : adapters.get(0));
        boolean known = isServer(server);
        Optional<String> host = server.text("host");
        Optional<Integer> port = server.integer("port", 1, MAX_PORT);
        String basePath = server.text("base_path")
                .filter(path -> known)
                .map(ControllerReader::normalised)
                .orElse(ControllerConfig.DEFAULT.basePath());
        List<String> origins = origins(server);
        server.unsupported("event", "websocket");
        int maxConcurrent =
                controller.integer("max_concurrent_count", 0, Integer.MAX_VALUE).orElse(0);
        Optional<ControllerConfig.WebUiConfig> webUi =
                controller.mapping("webui").map(ControllerReader::webUi);
        Optional<AuthConfig> auth = AuthReader.of(controller);
        LimitsConfig.OfCallers limits = controller
                .mapping("limits")
                .map(section -> LimitsReader.ofCallers(section, auth.isPresent()))
                .orElse(LimitsConfig.OfCallers.NONE);
        Optional<OpenAiConfig> openai = ExposureReader.controller(controller, basePath);
        Optional<McpConfig> mcp = mcp(adapters.isEmpty() ? List.of(controller) : adapters, basePath, openai);
        RuntimeKey.read(controller, "the controller runs in this server");
        if (!McpReader.isMcp(controller)) {
            controller.unsupported("transport");
        }
        controller.unsupported("name", "queue", "threaded", "event", "shutdown_pending_period", "shutdown_timeout");
        finish(controller, adapters.isEmpty() ? List.of(controller) : adapters);
        return new ControllerConfig(host, port, basePath, origins, maxConcurrent, webUi, auth, limits, openai, mcp);
    }

    /** The adapters under either key; empty if the server's settings stand in the controller itself. */
    private static List<Section> adapters(Section controller) {
        List<Section> single = controller.find("adapter") instanceof YamlNode.Sequence
                ? controller.mappings("adapter")
                : controller.mapping("adapter").map(List::of).orElse(List.of());
        return Stream.concat(single.stream(), controller.mappings("adapters").stream())
                .toList();
    }

    /** Reads the adapter of the Model Context Protocol, and reports a second one. */
    private static Optional<McpConfig> mcp(List<Section> servers, String basePath, Optional<OpenAiConfig> openai) {
        List<Section> tools = servers.stream().filter(McpReader::isMcp).toList();
        tools.stream().skip(1).forEach(McpReader::second);
        return tools.stream()
                .findFirst()
                .map(first -> McpReader.controller(first, basePath, openai, servers.size() > 1));
    }

    private static boolean isServer(Section adapter) {
        return adapter.text("type").filter(type -> !type.equals(SERVER)).isEmpty();
    }

    /** Reports unknown keys and types. The keys of a type that Weir does not have are not checked. */
    private static void finish(Section controller, List<Section> servers) {
        for (Section server : servers) {
            if (McpReader.isMcp(server)) {
                if (server != controller) {
                    server.finish();
                }
                continue;
            }
            Optional<String> type = server.text("type").filter(name -> !name.equals(SERVER));
            if (type.isPresent()) {
                report(server, type.get());
                server.acceptAll();
            } else if (server != controller) {
                Stream.of("host", "port", "base_path", "origins").forEach(server::has);
                server.unsupported("event", "websocket", "transport");
                server.finish();
            }
        }
        controller.finish();
    }

    private static void report(Section server, String type) {
        if (ComposeWords.CONTROLLER_TYPE.isForeign(type)) {
            server.warning("type", ComposeWords.CONTROLLER_TYPE.message(type), "the workflows are served by HTTP");
        } else {
            server.error(
                    "type",
                    "there is no controller type '" + Printable.cut(type) + "'",
                    Suggestion.remedy(
                            type, List.of(SERVER, McpReader.TYPE), "write " + SERVER + " or " + McpReader.TYPE));
        }
    }

    private static List<String> origins(Section server) {
        List<String> origins = server.texts("origins").stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .toList();
        return origins.isEmpty() ? ControllerConfig.DEFAULT.origins() : origins;
    }

    private static ControllerConfig.WebUiConfig webUi(Section webUi) {
        String driver = webUi.text("driver").orElse("gradio");
        Optional<String> host = webUi.text("host");
        Optional<Integer> port = webUi.integer("port", 1, MAX_PORT);
        webUi.unsupported("command", "server_dir", "static_dir");
        webUi.finish();
        return new ControllerConfig.WebUiConfig(driver, host, port);
    }

    /** Returns a path with a leading and without a trailing slash; empty for the root. */
    static String normalised(String path) {
        String stripped = path.strip();
        int begin = 0;
        int end = stripped.length();
        while (begin < end && stripped.charAt(begin) == '/') {
            begin++;
        }
        while (end > begin && stripped.charAt(end - 1) == '/') {
            end--;
        }
        String inner = stripped.substring(begin, end);
        return inner.isEmpty() ? "" : "/" + inner;
    }
}
