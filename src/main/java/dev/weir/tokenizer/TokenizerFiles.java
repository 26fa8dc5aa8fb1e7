package dev.weir.tokenizer;

import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import dev.weir.files.PythonJson;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings of a tokenizer in the files other than {@code tokenizer.json}.
 *
 * @param specialTokens the token's text by name, such as {@code bos_token}; {@code tokenizer_config.json} overrides {@code
 *     special_tokens_map.json}
 * @param chatTemplate {@code chat_template.jinja} has precedence over {@code tokenizer_config.json}
 * @param truncatesLeft true if truncation removes the beginning of an input
 */
record TokenizerFiles(Map<String, String> specialTokens, TemplateSource chatTemplate, boolean truncatesLeft) {
    private static final String CONFIG = "tokenizer_config.json";
    private static final String TEMPLATE = "chat_template.jinja";

    TokenizerFiles {
        specialTokens = Map.copyOf(specialTokens);
    }

    /**
     * The source of the chat template. An unusable template does not prevent the loading of the model, because not every task
     * needs it.
     */
    sealed interface TemplateSource {
        /** The folder has no template. */
        record None() implements TemplateSource {}

        /**
         * A template from a file of the folder.
         *
         * @param name the file's name
         */
        record Found(String name, String jinja) implements TemplateSource {}

        /** A template that cannot be used, with the reason. */
        record Unusable(String problem) implements TemplateSource {}
    }

    static TokenizerFiles read(ConfinedFolder folder) {
        JsonObject config = json(folder, CONFIG);
        Map<String, String> specialTokens = new LinkedHashMap<>();
        addSpecialTokens(json(folder, "special_tokens_map.json"), specialTokens);
        addSpecialTokens(config, specialTokens);
        boolean left = config.get("truncation_side") instanceof JsonString side
                && side.getString().equals("left");
        return new TokenizerFiles(specialTokens, template(folder, config), left);
    }

    /** Adds the special tokens of a file. A token is its text, or an object with the text as {@code content}. */
    private static void addSpecialTokens(JsonObject object, Map<String, String> tokens) {
        object.forEach((name, value) -> {
            if (name.endsWith("_token")) {
                JsonValue text = value instanceof JsonObject token ? token.get("content") : value;
                if (text instanceof JsonString content) {
                    tokens.put(name, content.getString());
                }
            }
        });
    }

    private static TemplateSource template(ConfinedFolder folder, JsonObject config) {
        try {
            Optional<Path> file = folder.file(TEMPLATE, ConfinedFolder.MAX_TEMPLATE);
            return file.isPresent()
                    ? new TemplateSource.Found(TEMPLATE, Files.readString(file.get()))
                    : template(config.getOrDefault("chat_template", JsonValue.NULL));
        } catch (CharacterCodingException e) {
            return new TemplateSource.Unusable(TEMPLATE + " is not UTF-8");
        } catch (IOException e) {
            return new TemplateSource.Unusable(TEMPLATE + " cannot be read: " + e.getMessage());
        } catch (WeirException e) {
            return new TemplateSource.Unusable(e.detail());
        }
    }

    private static TemplateSource template(JsonValue value) {
        if (value instanceof JsonString text) {
            return found(text.getString());
        }
        if (value instanceof JsonArray list) {
            Map<String, String> templates = new TreeMap<>();
            for (JsonValue each : list) {
                if (!(each instanceof JsonObject named)
                        || !(named.get("name") instanceof JsonString name)
                        || !(named.get("template") instanceof JsonString template)) {
                    return new TemplateSource.Unusable(
                            CONFIG + ": each of the list chat_template must have a name and a template");
                }
                templates.put(name.getString(), template.getString());
            }
            return ofSeveral(templates);
        }
        return value == JsonValue.NULL
                ? new TemplateSource.None()
                : new TemplateSource.Unusable(
                        CONFIG + ": chat_template must be a text or a list of named ones, is " + kind(value));
    }

    private static String kind(JsonValue value) {
        return "a JSON " + value.getValueType().name().toLowerCase(Locale.ROOT);
    }

    /** Returns the template with the name {@code default}. Without that name transformers has no template either. */
    private static TemplateSource ofSeveral(Map<String, String> templates) {
        String template = templates.get("default");
        return template != null
                ? found(template)
                : new TemplateSource.Unusable(CONFIG + " has several chat templates and none is called default (it has "
                        + shortened(String.join(", ", templates.keySet())) + "): call one of them default");
    }

    private static String shortened(String names) {
        return names.length() <= 200 ? names : names.substring(0, 200) + "…";
    }

    private static TemplateSource found(String jinja) {
        return jinja.length() <= ConfinedFolder.MAX_TEMPLATE
                ? new TemplateSource.Found(CONFIG, jinja)
                : new TemplateSource.Unusable(CONFIG + ": chat_template is too long (at most "
                        + ConfinedFolder.MAX_TEMPLATE + " characters, has " + jinja.length() + ")");
    }

    private static JsonObject json(ConfinedFolder folder, String name) {
        return folder.file(name, ConfinedFolder.MAX_SETTINGS)
                .map(PythonJson::read)
                .orElse(JsonValue.EMPTY_JSON_OBJECT);
    }
}
