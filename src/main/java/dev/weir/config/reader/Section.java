package dev.weir.config.reader;

import dev.weir.Durations;
import dev.weir.Suggestion;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import dev.weir.json.Scalars;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the configuration while it is read. Each accessor checks the kind of its value. A wrong value is reported
 * and then treated as absent.
 */
public final class Section extends KeyedMapping {
    public static final Map<String, Boolean> BOOLEANS =
            Map.of("true", true, "yes", true, "on", true, "false", false, "no", false, "off", false);

    /**
     * Makes a section.
     *
     * @param outer where a missing key is looked up; null for nowhere
     */
    Section(YamlNode.Mapping node, String path, ReadContext loading, @Nullable Section outer) {
        super(node, path, loading, outer, new Keys());
    }

    private Section(Section section, Section outer) {
        super(section.node, section.path, section.loading, outer, section.keys);
    }

    /** Returns this mapping with {@code around} as the outer section, where missing keys are looked up. */
    Section within(Section around) {
        return new Section(this, around);
    }

    private void wrongKind(String key, YamlNode value, String expected) {
        loading.problems.error(value.location(), pathOf(key), "must be " + expected + ", is " + value.kind(), "");
    }

    private void wrongKind(String key, String expected) {
        YamlNode value = find(key);
        if (value != null) {
            wrongKind(key, value, expected);
        }
    }

    /** Returns a scalar's value with environment variables resolved; null if it is absent or not a scalar. */
    private @Nullable Object scalar(String key, String expected) {
        YamlNode value = find(key);
        if (value instanceof YamlNode.Scalar scalar) {
            return loading.resolved(scalar, pathOf(key));
        }
        if (value != null) {
            wrongKind(key, value, expected);
        }
        return null;
    }

    /** Returns a scalar's value for a number or a boolean: a text, such as a variable's value, is resolved. */
    private @Nullable Object spelt(String key, String expected) {
        Object value = scalar(key, expected);
        return value instanceof String text ? Scalars.resolve(text.strip()) : value;
    }

    /** A text; a number or a boolean is taken as it is written. */
    Optional<String> text(String key) {
        Object value = scalar(key, "a text");
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(
                find(key) instanceof YamlNode.Scalar scalar && scalar.value() == value
                        ? scalar.text()
                        : Values.text(value));
    }

    /** True or false; also yes and no, on and off, which older YAML takes for the same. */
    boolean bool(String key, boolean otherwise) {
        Object value = spelt(key, "true or false");
        Boolean known = booleanOf(value);
        if (value != null && known == null) {
            wrongKind(key, "true or false");
        }
        return known == null ? otherwise : known;
    }

    /** Whether a key has the value false, in place of a mapping. */
    boolean isOff(String key) {
        return find(key) instanceof YamlNode.Scalar scalar && Boolean.FALSE.equals(scalar.value());
    }

    /** Returns the boolean that a value is or spells; null for other values. */
    static @Nullable Boolean booleanOf(@Nullable Object value) {
        return BOOLEANS.get(String.valueOf(value).toLowerCase(Locale.ROOT));
    }

    /** A whole number within bounds. */
    Optional<Integer> integer(String key, int minimum, int maximum) {
        Object value = spelt(key, "a whole number");
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof Integer number)) {
            wrongKind(key, "a whole number");
            return Optional.empty();
        }
        if (number < minimum || number > maximum) {
            String range = maximum == Integer.MAX_VALUE ? "at least " + minimum : "from " + minimum + " to " + maximum;
            error(key, "must be " + range + ", is " + number, "");
            return Optional.empty();
        }
        return Optional.of(number);
    }

    /** A number within bounds. */
    Optional<Double> number(String key, double minimum, double maximum) {
        Object value = spelt(key, "a number");
        if (value instanceof Number number && number.doubleValue() >= minimum && number.doubleValue() <= maximum) {
            return Optional.of(number.doubleValue());
        }
        if (value != null) {
            error(key, "must be a number from " + minimum + " to " + maximum + ", is " + value, "");
        }
        return Optional.empty();
    }

    Optional<Duration> duration(String key) {
        Optional<String> text = text(key);
        Optional<Duration> duration = text.flatMap(Durations::parse);
        if (text.isPresent() && duration.isEmpty()) {
            error(key, "'" + Printable.cut(text.get()) + "' is not a span of time", Durations.EXAMPLES);
        }
        return duration;
    }

    /** A span of time longer than 0. */
    Optional<Duration> positiveDuration(String key) {
        Optional<Duration> duration = duration(key);
        if (duration.filter(Duration::isZero).isPresent()) {
            error(key, "must be longer than 0", Durations.EXAMPLES);
            return Optional.empty();
        }
        return duration;
    }

    /** One of a closed set of words. */
    <T> Optional<T> word(String key, Map<String, T> words) {
        Optional<String> text = text(key);
        if (text.isPresent() && !words.containsKey(text.get())) {
            String known = "write one of " + String.join(", ", words.keySet());
            error(
                    key,
                    "'" + Printable.cut(text.get()) + "' is not known",
                    Suggestion.remedy(text.get(), words.keySet(), known));
        }
        return text.map(words::get);
    }

    /** A list of texts; a single text counts as a list of one. */
    List<String> texts(String key) {
        YamlNode value = find(key);
        return value == null ? List.of() : texts(value, key);
    }

    /** A list of lists of texts. */
    List<List<String>> textLists(String key) {
        return find(key) instanceof YamlNode.Sequence sequence
                ? sequence.elements().stream()
                        .map(element -> texts(element, key))
                        .toList()
                : List.of();
    }

    private List<String> texts(YamlNode value, String key) {
        List<YamlNode> elements = value instanceof YamlNode.Sequence sequence ? sequence.elements() : List.of(value);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) instanceof YamlNode.Scalar scalar && scalar.value() != null) {
                Object resolved = loading.resolved(scalar, pathOf(key) + "[" + i + "]");
                if (resolved != null) {
                    texts.add(resolved == scalar.value() ? scalar.text() : Values.text(resolved));
                }
            } else {
                wrongKind(key, elements.get(i), "a text");
            }
        }
        return List.copyOf(texts);
    }

    /** Any value as a template; null if it is absent or wrong. */
    @Nullable
    Template template(String key, SourceScope visibility) {
        YamlNode value = find(key);
        return value == null ? null : loading.template(value, pathOf(key), visibility);
    }

    /** A mapping of templates for texts, such as headers; empty if it is absent. */
    Map<String, Template> textTemplates(String key, SourceScope visibility) {
        Map<String, Template> templates = new LinkedHashMap<>();
        mapping(key)
                .ifPresent(section -> section.node.entries().forEach((name, entry) -> {
                    Template template = loading.textTemplate(entry.value(), section.pathOf(name), visibility);
                    if (template != null) {
                        templates.put(name, template);
                    }
                }));
        return templates;
    }

    /** A mapping as a section of its own. */
    Optional<Section> mapping(String key) {
        YamlNode value = find(key);
        if (value instanceof YamlNode.Mapping mapping) {
            return Optional.of(new Section(mapping, pathOf(key), loading, null));
        }
        if (value != null) {
            wrongKind(key, value, "a mapping");
        }
        return Optional.empty();
    }

    /** A list of mappings, each as a section of its own; a single mapping counts as a list of one. */
    List<Section> mappings(String key) {
        YamlNode value = find(key);
        if (value == null) {
            return List.of();
        }
        List<YamlNode> elements = value instanceof YamlNode.Sequence sequence ? sequence.elements() : List.of(value);
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) instanceof YamlNode.Mapping mapping) {
                sections.add(new Section(mapping, pathOf(key) + "[" + i + "]", loading, null));
            } else {
                wrongKind(key, elements.get(i), "a mapping");
            }
        }
        return sections;
    }
}
