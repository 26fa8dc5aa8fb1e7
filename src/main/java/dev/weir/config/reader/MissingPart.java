package dev.weir.config.reader;

import dev.weir.config.ActionConfig;
import dev.weir.config.ComponentNames;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.HttpServerConfig;
import dev.weir.config.ModelConfig;
import dev.weir.config.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks for a part of a component that model-compose has and Weir has not. Such a component loads with one warning and
 * fails when it is used. Its keys are not checked.
 */
final class MissingPart {
    private static final String COMPLETION = "completion";
    private static final String ADAPTERS = "peft_adapters";
    private static final String RUNTIME = "runtime";
    private static final String VERIFY = "verify_ssl";

    private final String component;
    private final Section section;

    /**
     * Looks in one component.
     *
     * @param component the id, for the warning
     */
    MissingPart(String component, Section section) {
        this.component = component;
        this.section = section;
    }

    /** Returns the reason why the component cannot run, after a warning; empty if no part is missing. */
    Optional<String> find(String type) {
        return switch (type) {
            case ModelConfig.TYPE -> ofModel();
            case HttpClientConfig.TYPE -> ofHttp();
            case HttpServerConfig.TYPE -> container().or(this::ofHttp);
            default -> word(section, "type", ComposeWords.COMPONENT_TYPE);
        };
    }

    private Optional<String> ofModel() {
        return word(section, "task", ComposeWords.MODEL_TASK)
                .or(() -> word(section, "driver", ComposeWords.DRIVER))
                .or(() -> wordOrType("quantization", ComposeWords.WEIGHTS))
                .or(this::adapters);
    }

    /** A word under a key, or under {@code type} in a mapping. */
    private Optional<String> wordOrType(String key, ComposeWords words) {
        return section.find(key) instanceof YamlNode.Mapping
                ? section.mapping(key).flatMap(inner -> word(inner, "type", words))
                : word(section, key, words);
    }

    private Optional<String> adapters() {
        YamlNode adapters = section.find(ADAPTERS);
        boolean none = adapters == null
                || (adapters instanceof YamlNode.Sequence list
                        && list.elements().isEmpty());
        return none
                ? Optional.empty()
                : Optional.of(warned(
                        section,
                        ADAPTERS,
                        "'" + ADAPTERS
                                + "' is known to model-compose, not to Weir: the base model alone would answer"));
    }

    /** A service that only a container's image starts. */
    private Optional<String> container() {
        boolean starts = Stream.concat(Stream.of(section), section.mapping("manage").stream())
                .flatMap(each -> Stream.concat(Stream.of(each), each.mapping("scripts").stream()))
                .anyMatch(each -> each.has("start"));
        return starts ? Optional.empty() : wordOrType(RUNTIME, ComposeWords.RUNTIME);
    }

    private Optional<String> ofHttp() {
        List<Section> sections = new ArrayList<>(List.of(section));
        Shapes.items(section, "action", "actions", ActionConfig.ONLY_ACTION)
                .forEach(item -> sections.add(item.section()));
        for (Section each : sections) {
            Optional<String> missing = completion(each).or(() -> verification(each));
            if (missing.isPresent()) {
                return missing;
            }
        }
        return Optional.empty();
    }

    private Optional<String> completion(Section action) {
        return action.find(COMPLETION) instanceof YamlNode.Mapping
                ? action.mapping(COMPLETION).flatMap(inner -> word(inner, "type", ComposeWords.COMPLETION))
                : Optional.empty();
    }

    private Optional<String> verification(Section action) {
        return action.bool(VERIFY, true)
                ? Optional.empty()
                : Optional.of(
                        warned(
                                action,
                                VERIFY,
                                "'" + VERIFY
                                        + ": false' is known to model-compose, not to Weir: TLS is verified without 'tls: {verify: false}'"));
    }

    private Optional<String> word(Section place, String key, ComposeWords words) {
        return place.find(key) instanceof YamlNode.Scalar
                ? place.text(key).filter(words::isForeign).map(word -> warned(place, key, words.message(word)))
                : Optional.empty();
    }

    private String warned(Section place, String key, String reason) {
        place.warning(key, reason, ComponentNames.quoted(component) + " fails when it is used, and the rest serves");
        return reason;
    }
}
