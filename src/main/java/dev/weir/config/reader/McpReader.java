package dev.weir.config.reader;

import dev.weir.config.Exposure;
import dev.weir.config.McpConfig;
import dev.weir.config.OpenAiConfig;
import dev.weir.config.yaml.Printable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the adapter of the Model Context Protocol, and checks the names of its tools. */
public final class McpReader {
    /** The type of the adapter. */
    public static final String TYPE = "mcp-server";
    /** The names of the only transport that the endpoint has. */
    public static final List<String> TRANSPORTS = List.of("http", "streamable-http");

    private static final List<String> ADDRESS = List.of("host", "port");
    private static final String USUAL_PATH = "/mcp";

    private McpReader() {}

    static boolean isMcp(Section adapter) {
        return adapter.text("type").filter(TYPE::equals).isPresent();
    }

    /**
     * Reads an adapter.
     *
     * @param api the base path of this application's API; empty for the root
     * @param openai the API of OpenAI's clients; empty if it is not served
     * @param isFurther whether the address of the server stands elsewhere
     */
    static McpConfig controller(Section adapter, String api, Optional<OpenAiConfig> openai, boolean isFurther) {
        String path =
                adapter.text("base_path").map(ControllerReader::normalised).orElse(USUAL_PATH);
        ExposureReader.checkPath(adapter, path, api);
        openai.map(OpenAiConfig::basePath)
                .filter(other -> ExposureReader.isBelow(path, other) || ExposureReader.isBelow(other, path))
                .ifPresent(other -> adapter.error(
                        adapter.has("base_path") ? "base_path" : "type",
                        "has the base path " + path + ", but controller.openai has " + other,
                        "write paths that are not above or below each other"));
        adapter.text("transport")
                .filter(transport -> !TRANSPORTS.contains(transport))
                .ifPresent(transport -> adapter.error(
                        "transport",
                        "'" + Printable.cut(transport) + "' is not served (only http)",
                        "write http, or leave it out"));
        ADDRESS.stream()
                .filter(adapter::has)
                .filter(key -> isFurther)
                .findFirst()
                .ifPresent(key -> adapter.warning(
                        key, "'" + key + "' has no effect here: the tools have the address of the workflows", ""));
        ADDRESS.forEach(adapter::has);
        if (adapter.has("origins") && isFurther) {
            adapter.error("origins", "has no effect here", "write origins in the adapter of the type http-server");
        }
        adapter.unsupported("event", "websocket");
        return new McpConfig(path);
    }

    /** Reports an adapter beside another one. */
    static void second(Section adapter) {
        Stream.concat(ADDRESS.stream(), Stream.of("base_path", "transport", "origins"))
                .forEach(adapter::has);
        adapter.error("type", "is the second " + TYPE + " of the controller", "write only one");
    }

    /** Reports workflows with the same name of a tool. */
    static void checkTools(Map<String, Section> sections, Map<String, Exposure> exposures) {
        Map<String, String> owners = new HashMap<>();
        exposures.forEach((id, exposure) -> {
            if (!exposure.isTool() || exposure.isPrivate()) {
                return;
            }
            String name = McpConfig.toolName(id);
            String owner = owners.putIfAbsent(name, id);
            Section section = sections.get(id);
            if (owner != null && section != null) {
                section.error(
                        "id",
                        "gives the tool name '" + Printable.cut(name) + "', which the workflow '" + Printable.cut(owner)
                                + "' has too",
                        "write another id, or mcp: false");
            }
        });
    }
}
