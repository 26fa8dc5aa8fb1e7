package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a model folder's {@code config.json} and {@code generation_config.json} say; the latter goes before the former.
 *
 * @param encoderDecoder true if the model reads its input with an encoder of its own
 * @param contextLength the most tokens of prompt and output together
 * @param vocabularySize how many logits there are to a token
 * @param keyValueHeads heads of the key-value cache
 * @param headSize numbers in one head's key
 * @param endTokens tokens that end a text; empty if the files name none
 * @param beginToken the token that begins a text
 */
record ModelConfig(
        boolean encoderDecoder,
        int contextLength,
        int vocabularySize,
        int keyValueHeads,
        int headSize,
        Set<Integer> endTokens,
        OptionalInt beginToken) {

    /** For models whose positions have no limit of their own. */
    private static final int DEFAULT_CONTEXT = 2048;

    ModelConfig {
        endTokens = Set.copyOf(endTokens);
    }

    static ModelConfig read(ModelFolder folder) {
        JsonObject config = json(folder.path().resolve("config.json"));
        JsonObject generation = json(folder.path().resolve("generation_config.json"));
        // Models of several media keep what concerns their language model apart.
        JsonObject text = config.containsKey("text_config") ? config.getJsonObject("text_config") : config;
        int heads = number(text, "num_attention_heads", "n_head", "num_heads").orElse(1);
        int width = number(text, "hidden_size", "n_embd", "d_model").orElse(heads);
        return new ModelConfig(
                config.getBoolean("is_encoder_decoder", false),
                number(text, "n_positions", "max_position_embeddings", "n_ctx", "max_seq_len", "seq_length")
                        .orElse(DEFAULT_CONTEXT),
                number(text, "vocab_size").orElse(0),
                number(text, "num_key_value_heads").orElse(heads),
                number(text, "head_dim").orElse(width / heads),
                first("eos_token_id", generation, config, text)
                        .map(ModelConfig::ids)
                        .orElse(Set.of()),
                number(config, "bos_token_id"));
    }

    private static OptionalInt number(JsonObject object, String... names) {
        for (String name : names) {
            if (object.get(name) instanceof JsonNumber number) {
                return OptionalInt.of(number.intValue());
            }
        }
        return OptionalInt.empty();
    }

    private static Optional<JsonValue> first(String name, JsonObject... objects) {
        for (JsonObject object : objects) {
            if (object.containsKey(name) && !object.isNull(name)) {
                return Optional.of(object.get(name));
            }
        }
        return Optional.empty();
    }

    /** One id, or a list of them. */
    private static Set<Integer> ids(JsonValue value) {
        List<JsonValue> values =
                value.getValueType() == JsonValue.ValueType.ARRAY ? value.asJsonArray() : List.of(value);
        return values.stream()
                .filter(JsonNumber.class::isInstance)
                .map(id -> ((JsonNumber) id).intValue())
                .collect(Collectors.toSet());
    }

    private static JsonObject json(Path file) {
        if (!Files.isRegularFile(file)) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
            return reader.readObject();
        } catch (IOException | JsonException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the model's file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
