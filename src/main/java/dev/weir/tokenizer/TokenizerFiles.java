package dev.weir.tokenizer;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a model folder says about its tokenizer beside {@code tokenizer.json}.
 *
 * @param specialTokens by name, such as {@code bos_token}: the token's text; from {@code special_tokens_map.json}, and over
 *     it {@code tokenizer_config.json}
 * @param chatTemplate Jinja source; {@code chat_template.jinja} goes before {@code tokenizer_config.json}
 * @param truncatesLeft true if an input that is too long loses its beginning
 */
record TokenizerFiles(Map<String, String> specialTokens, Optional<String> chatTemplate, boolean truncatesLeft) {

    TokenizerFiles {
        specialTokens = Map.copyOf(specialTokens);
    }

    static TokenizerFiles read(ConfinedFolder folder) {
        JsonObject config = json(folder, "tokenizer_config.json");
        Map<String, String> specialTokens = new LinkedHashMap<>();
        addSpecialTokens(json(folder, "special_tokens_map.json"), specialTokens);
        addSpecialTokens(config, specialTokens);
        Optional<String> template = folder.file("chat_template.jinja", ConfinedFolder.MAX_TEMPLATE)
                .map(TokenizerFiles::text)
                .or(() -> template(config));
        return new TokenizerFiles(specialTokens, template, "left".equals(config.getString("truncation_side", "right")));
    }

    /** A token is its text, or an object that describes it and holds its text as {@code content}. */
    private static void addSpecialTokens(JsonObject object, Map<String, String> tokens) {
        object.forEach((name, value) -> {
            if (name.endsWith("_token")) {
                if (value instanceof JsonString text) {
                    tokens.put(name, text.getString());
                } else if (value instanceof JsonObject token && token.containsKey("content")) {
                    tokens.put(name, token.getString("content"));
                }
            }
        });
    }

    /** The template, or of several named ones the one called {@code default}. */
    private static Optional<String> template(JsonObject config) {
        JsonValue value = config.get("chat_template");
        if (value instanceof JsonString text) {
            return Optional.of(text.getString());
        }
        if (value == null || value.getValueType() != JsonValue.ValueType.ARRAY) {
            return Optional.empty();
        }
        return value.asJsonArray().getValuesAs(JsonObject.class).stream()
                .filter(named -> "default".equals(named.getString("name", "")))
                .map(named -> named.getString("template"))
                .findFirst();
    }

    private static JsonObject json(ConfinedFolder folder, String name) {
        return folder.file(name, ConfinedFolder.MAX_SETTINGS)
                .map(TokenizerFiles::json)
                .orElse(JsonValue.EMPTY_JSON_OBJECT);
    }

    private static JsonObject json(Path file) {
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
            return reader.readObject();
        } catch (IOException | JsonException e) {
            throw unreadable(file, e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static WeirException unreadable(Path file, Exception cause) {
        return new WeirException(
                ErrorCode.NOT_READY, "the model's file " + file + " cannot be read: " + cause.getMessage(), cause);
    }
}
