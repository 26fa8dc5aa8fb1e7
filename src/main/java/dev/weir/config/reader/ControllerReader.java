package dev.weir.config.reader;

import dev.weir.config.AuthConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.LimitsConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads {@code controller}; its server settings may be in {@code adapter}. */
public final class ControllerReader {
    private static final String SERVER = "http-server";
    public static final int MAX_PORT = 65_535;

    private ControllerReader() {}

    static ControllerConfig read(Section controller) {
        Section server = controller.mapping("adapter").orElse(controller);
        server.text("type")
                .filter(type -> !type.equals(SERVER))
                .ifPresent(type -> server.error(
                        "type", "a controller of type '" + type + "' is not available", "write " + SERVER));
        Optional<String> host = server.text("host");
        Optional<Integer> port = server.integer("port", 1, MAX_PORT);
        String basePath =
                server.text("base_path").map(ControllerReader::normalised).orElse("/api");
        List<String> origins = origins(server);
        server.unsupported("event", "adapters");
        int maxConcurrent =
                controller.integer("max_concurrent_count", 0, Integer.MAX_VALUE).orElse(0);
        Optional<ControllerConfig.WebUiConfig> webUi =
                controller.mapping("webui").map(ControllerReader::webUi);
        Optional<AuthConfig> auth = AuthReader.of(controller);
        LimitsConfig.OfCallers limits = controller
                .mapping("limits")
                .map(section -> LimitsReader.ofCallers(section, auth.isPresent()))
                .orElse(LimitsConfig.OfCallers.NONE);
        controller.unsupported("name", "runtime", "queue", "threaded", "event");
        controller.finish();
        if (server != controller) {
            server.finish();
        }
        return new ControllerConfig(host, port, basePath, origins, maxConcurrent, webUi, auth, limits);
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
