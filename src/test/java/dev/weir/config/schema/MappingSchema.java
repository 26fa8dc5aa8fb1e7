package dev.weir.config.schema;

import static dev.weir.config.schema.SchemaKeywords.commands;
import static dev.weir.config.schema.SchemaKeywords.mappingOf;
import static dev.weir.config.schema.SchemaKeywords.ref;
import static dev.weir.config.schema.SchemaKeywords.schema;
import static dev.weir.config.schema.SchemaKeywords.template;
import static dev.weir.config.schema.SchemaKeywords.text;
import static dev.weir.config.schema.SchemaKeywords.texts;
import static dev.weir.config.schema.SchemaKeywords.words;

import dev.weir.binding.Template;
import dev.weir.config.SchemaDescriptions;
import dev.weir.config.yaml.Location;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The schema of one kind of mapping: keys from the components of a record, and further rules. */
final class MappingSchema {
    /** Record components with a different spelling of their keys. */
    private static final Map<String, String> SPELLINGS = Map.of(
            "isDefault", "default",
            "webUi", "webui",
            "workingDirectory", "working_dir",
            "environment", "env",
            "directory", "path",
            "cacheDirectory", "cache_dir",
            "componentId", "component",
            "actionId", "action",
            "branches", "conditions",
            "routes", "routings");

    private static final Map<String, Object> FOREIGN = schema("deprecated", true);

    private final String name;
    private final SchemaDescriptions descriptions;
    private final Map<String, @Nullable Map<String, Object>> properties = new LinkedHashMap<>();
    private final List<Object> rules = new ArrayList<>();
    private List<String> required = List.of();

    MappingSchema(String name, SchemaDescriptions descriptions) {
        this.name = name;
        this.descriptions = descriptions;
    }

    /** The keys of a record's components. A key without a schema from its type must be added by {@link #key}. */
    MappingSchema keysOf(Class<? extends Record> type, String... except) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = key(component.getName());
            if (component.getType() != Location.class && !Arrays.asList(except).contains(key)) {
                properties.put(key, ofType(component.getGenericType()).orElse(null));
            }
        }
        return this;
    }

    /** A key without a record component, or the schema of a key that its record does not give. */
    MappingSchema key(String key, Map<String, Object> schema) {
        properties.put(key, schema);
        return this;
    }

    /** Keys of model-compose that have no effect. */
    MappingSchema foreign(String... keys) {
        for (String key : keys) {
            properties.put(key, FOREIGN);
        }
        return this;
    }

    MappingSchema required(String... keys) {
        required = List.of(keys);
        return this;
    }

    MappingSchema rule(Map<String, Object> rule) {
        rules.add(rule);
        return this;
    }

    Map<String, Object> build() {
        Map<String, Object> described = new LinkedHashMap<>();
        for (boolean foreign : List.of(false, true)) {
            properties.forEach((key, schema) -> {
                if (FOREIGN.equals(schema) == foreign) {
                    described.put(key, described(key, schema));
                }
            });
        }
        Map<String, Object> mapping = schema("type", "object", "properties", described);
        if (!required.isEmpty()) {
            mapping.put("required", required);
        }
        mapping.put("additionalProperties", false);
        if (!rules.isEmpty()) {
            mapping.put("allOf", rules);
        }
        return mapping;
    }

    private Map<String, Object> described(String key, @Nullable Map<String, Object> schema) {
        if (schema == null) {
            throw new IllegalStateException("the record does not say what " + name + "." + key + " may be");
        }
        Map<String, Object> described =
                schema("description", FOREIGN.equals(schema) ? descriptions.foreign() : descriptions.of(name, key));
        described.putAll(schema);
        return described;
    }

    private static String key(String component) {
        String snake = component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        return SPELLINGS.getOrDefault(component, snake);
    }

    private static Optional<Map<String, Object>> ofType(Type type) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic);
        }
        if (type == Template.class) {
            return Optional.of(template());
        } else if (type == boolean.class) {
            return Optional.of(ref("flag"));
        } else if (type == Duration.class) {
            return Optional.of(ref("duration"));
        } else if (type == String.class || type == Path.class) {
            return Optional.of(text());
        }
        return type instanceof Class<?> raw && raw.isEnum()
                ? Optional.of(words(Arrays.asList(raw.getEnumConstants())))
                : Optional.empty();
    }

    private static Optional<Map<String, Object>> ofGeneric(ParameterizedType type) {
        Type last = type.getActualTypeArguments()[type.getActualTypeArguments().length - 1];
        if (type.getRawType() == Optional.class) {
            return ofType(last);
        } else if (type.getRawType() == Map.class) {
            return ofType(last).map(values -> mappingOf(values));
        } else if (last == String.class) {
            return Optional.of(texts());
        }
        return type.getRawType() == List.class
                        && last instanceof ParameterizedType words
                        && words.getRawType() == List.class
                ? Optional.of(commands())
                : Optional.empty();
    }
}
