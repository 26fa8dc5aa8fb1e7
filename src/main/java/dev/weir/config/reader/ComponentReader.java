package dev.weir.config.reader;

import dev.weir.config.ComponentConfig;
import dev.weir.config.ComponentNames;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.HttpServerConfig;
import dev.weir.config.ModelConfig;
import dev.weir.config.ShellConfig;
import dev.weir.config.SplitterConfig;
import dev.weir.config.UnavailableConfig;
import dev.weir.config.WorkflowComponentConfig;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.ProblemList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the components of the file and of jobs, and finds them by id. */
public final class ComponentReader {
    public static final List<String> TYPES = List.of(
            HttpClientConfig.TYPE,
            HttpServerConfig.TYPE,
            ModelConfig.TYPE,
            SplitterConfig.TEXT,
            SplitterConfig.SENTENCE,
            ShellConfig.TYPE,
            WorkflowComponentConfig.TYPE);

    /** By id; null for one that could not be read, so that it is not reported as missing too. */
    private final Map<String, @Nullable ComponentConfig> known = new LinkedHashMap<>();

    private final List<String> choices = new ArrayList<>();
    private Optional<String> defaultId = Optional.empty();
    private boolean written;

    /** Reads the components of the file. */
    void readAll(Section root) {
        written = root.has("component") || root.has("components");
        List<Shapes.Item> items = Shapes.items(root, "component", "components", ComponentNames.ONLY_COMPONENT);
        Defaults.checkOne(items);
        for (Shapes.Item item : items) {
            if (ComponentNames.isReserved(item.id())) {
                item.section()
                        .error(
                                "id",
                                "'" + Printable.cut(item.id()) + "' is the name of a component inside a job",
                                "write another id");
            }
            known.put(item.id(), read(item.id(), item.section()));
            choices.add(item.id());
        }
        defaultId = items.size() == 1
                ? Optional.of(items.get(0).id())
                : items.stream()
                        .filter(item -> item.section().bool("default", false))
                        .map(Shapes.Item::id)
                        .findFirst();
    }

    /** Reads a component that is written inside a job. */
    void readInline(String id, Section section) {
        section.text("id");
        known.put(id, read(id, section));
    }

    /** Returns the components that could be read, in order. */
    List<ComponentConfig> components() {
        List<ComponentConfig> components = new ArrayList<>();
        known.values().forEach(component -> {
            if (component != null) {
                components.add(component);
            }
        });
        return components;
    }

    /** Reports services with the same port: only one of them can use it. */
    void checkPorts(ProblemList problems) {
        Map<Integer, String> takers = new HashMap<>();
        for (ComponentConfig component : components()) {
            if (component instanceof HttpServerConfig server) {
                String taker = takers.putIfAbsent(server.port(), server.id());
                if (taker != null) {
                    problems.error(
                            server.location(),
                            "",
                            ComponentNames.quoted(server.id()) + " has the port of " + ComponentNames.quoted(taker)
                                    + ", " + server.port(),
                            "give one of them another 'port'");
                }
            }
        }
    }

    /** The component with an id; null if it could not be read. */
    @Nullable
    ComponentConfig component(String id) {
        return known.get(id);
    }

    /** Returns the id of the component for a job that names none: the only one, or the one with {@code default: true}. */
    Optional<String> defaultId() {
        return defaultId;
    }

    /** Whether the file has components, readable or not. */
    boolean areWritten() {
        return written;
    }

    /** The ids that a job may name. */
    List<String> ids() {
        return List.copyOf(choices);
    }

    /**
     * Registers the work of a job that Weir does not have.
     *
     * @param reason as in {@link UnavailableConfig}
     */
    void addUnavailable(String id, String type, String reason, Section job) {
        known.put(id, new UnavailableConfig(id, type, false, reason, job.location()));
    }

    private static @Nullable ComponentConfig read(String id, Section section) {
        boolean isDefault = section.bool("default", false);
        String type = section.text("type").orElse("");
        Optional<String> missing = new MissingPart(id, section).find(type);
        if (missing.isPresent()) {
            section.acceptAll();
            return new UnavailableConfig(id, type, isDefault, missing.get(), section.location());
        }
        RuntimeKey.read(section, "the component runs in this server");
        section.unsupported("max_concurrent_count", "name", "rate_limit", "cache");
        ComponentConfig component = switch (type) {
            case HttpClientConfig.TYPE -> HttpReader.client(id, isDefault, section);
            case HttpServerConfig.TYPE -> HttpReader.server(id, isDefault, section);
            case ModelConfig.TYPE -> ModelReader.read(id, isDefault, section);
            case WorkflowComponentConfig.TYPE -> WorkflowComponentReader.read(id, isDefault, section);
            case ShellConfig.TYPE -> new ShellReader(section).read(id, isDefault);
            case SplitterConfig.TEXT, SplitterConfig.SENTENCE -> SplitterReader.read(type, id, isDefault, section);
            default -> unknown(type, section);
        };
        return component;
    }

    private static @Nullable ComponentConfig unknown(String type, Section section) {
        String known = "the types are " + String.join(", ", TYPES);
        if (type.isEmpty()) {
            section.missing("type", known);
        } else {
            section.error(
                    "type",
                    "there is no component type '" + type + "'",
                    ComposeWords.COMPONENT_TYPE.remedy(type, TYPES, known));
        }
        return null;
    }
}
