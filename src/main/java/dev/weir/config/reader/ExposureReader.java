package dev.weir.config.reader;

import dev.weir.config.Exposure;
import dev.weir.config.OpenAiConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the settings of the APIs that other clients speak, of the controller and of workflows. */
public final class ExposureReader {
    public static final Map<String, Exposure.Type> TYPES = types();
    public static final List<String> HISTORIES = List.of("last");

    private static final String USUAL_PATH = "/v1";
    private static final int LONGEST_MODEL = 256;
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._~-]+)+");
    private static final Pattern DOTS = Pattern.compile("(?:.*/)?\\.{1,2}(?:/.*)?");
    /** The first parts of paths that have another use: those of the API at the root, of the page, and of the servlets. */
    private static final Set<String> TAKEN =
            Set.of("workflows", "tasks", "health", "schema", "openapi.yaml", "vendor", "problem", "faces");

    private static final Pattern PAGE_FILE = Pattern.compile(".*\\.(?:html|js|ts|css|svg|png|ico)");

    private ExposureReader() {}

    private static Map<String, Exposure.Type> types() {
        Map<String, Exposure.Type> types = new LinkedHashMap<>();
        types.put("chat", Exposure.Type.CHAT);
        types.put("completion", Exposure.Type.COMPLETION);
        types.put("embedding", Exposure.Type.EMBEDDING);
        return types;
    }

    /**
     * Reads {@code controller.openai}.
     *
     * @param api the base path of the API
     */
    static Optional<OpenAiConfig> controller(Section controller, String api) {
        return controller.mapping("openai").map(section -> {
            String path =
                    section.text("base_path").map(ControllerReader::normalised).orElse(USUAL_PATH);
            checkPath(section, path, api);
            section.finish();
            return new OpenAiConfig(path);
        });
    }

    /**
     * Checks the base path of an API of other clients.
     *
     * @param api the base path of this application's API; empty for the root
     */
    static void checkPath(Section section, String path, String api) {
        String key = section.has("base_path") ? "base_path" : "";
        if (!PATH.matcher(path).matches() || DOTS.matcher(path).matches()) {
            problem(section, key, "must be a path of letters, digits, '.', '_', '~' and '-', such as /v1");
        } else if (!api.isEmpty() && (isBelow(path, api) || isBelow(api, path))) {
            problem(section, key, "must not be the API's base path " + api + ", nor above or below it");
        } else {
            String first = path.substring(1).split("/", 2)[0];
            if (TAKEN.contains(first) || PAGE_FILE.matcher(first).matches()) {
                problem(section, key, "must not begin with /" + first + ", which this server needs itself");
            }
        }
    }

    private static void problem(Section section, String key, String message) {
        if (key.isEmpty()) {
            section.error(message, "write base_path with another path");
        } else {
            section.error(key, message, "");
        }
    }

    static boolean isBelow(String path, String other) {
        return path.equals(other) || path.startsWith(other + "/");
    }

    /** Reads {@code private}, {@code mcp} and {@code openai} of a workflow. */
    static Exposure workflow(Section workflow) {
        boolean isPrivate = workflow.bool("private", false);
        boolean isTool = workflow.bool("mcp", true);
        if (workflow.isOff("openai")) {
            return new Exposure(isPrivate, isTool, false, Optional.empty(), Optional.empty(), false, null, null);
        }
        return workflow.mapping("openai")
                .map(section -> exposure(section, isPrivate, isTool))
                .orElseGet(() ->
                        new Exposure(isPrivate, isTool, true, Optional.empty(), Optional.empty(), false, null, null));
    }

    private static Exposure exposure(Section section, boolean isPrivate, boolean isTool) {
        Optional<String> model = section.text("model");
        if (model.filter(id -> id.isBlank()
                        || id.length() > LONGEST_MODEL
                        || id.chars().anyMatch(c -> c < ' '))
                .isPresent()) {
            section.error("model", "must be a text of 1 to " + LONGEST_MODEL + " printable characters", "");
            model = Optional.empty();
        }
        Exposure exposure = new Exposure(
                isPrivate,
                isTool,
                true,
                model,
                section.word("type", TYPES),
                section.word("history", Map.of(HISTORIES.get(0), true)).orElse(false),
                section.template("input", SourceScope.EXPOSED_INPUT),
                section.template("output", SourceScope.EXPOSED_OUTPUT));
        section.finish();
        return exposure;
    }

    /** Reports workflows with the same model id. */
    static void checkModels(Map<String, Section> sections, Map<String, Exposure> exposures) {
        Map<String, String> owners = new HashMap<>();
        exposures.forEach((id, exposure) -> {
            if (!exposure.isModel() || exposure.isPrivate()) {
                return;
            }
            String model = exposure.model().orElse(id);
            String owner = owners.putIfAbsent(model, id);
            Section section = sections.get(id);
            if (owner != null && section != null) {
                section.error(
                        exposure.model().isPresent() ? "openai" : "id",
                        "has the model id '" + model + "', which the workflow '" + owner + "' has too",
                        "write another openai.model");
            }
        });
    }
}
