package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.GoldenModel;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A file that would make the native library end the JVM is refused before it is loaded. */
class TokenizerFileTest {
    @TempDir
    Path folder;

    static Stream<JsonObject> breakers() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                        TokenizerFileTest.class.getResourceAsStream("/tokenizer/breakers.json"));
                JsonReader reader = Json.createReader(in)) {
            return reader.readArray().getValuesAs(JsonObject.class).stream();
        }
    }

    static JsonObject stories() throws IOException {
        try (JsonReader reader =
                Json.createReader(Files.newBufferedReader(StoriesModel.FOLDER.resolve("tokenizer.json")))) {
            return reader.readObject();
        }
    }

    private Path written(String json) throws IOException {
        return Files.writeString(folder.resolve("tokenizer.json"), json);
    }

    @ParameterizedTest
    @MethodSource("breakers")
    void refusesWhatTheLibraryWouldEndTheJvmOver(JsonObject breaker) throws IOException {
        String path = breaker.getString("path");
        JsonObject broken = Json.createPatchBuilder()
                .add(path, breaker.get("value"))
                .build()
                .apply(stories());

        assertThatThrownBy(() -> Tokenizer.open(written(broken.toString()).getParent()))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("tokenizer.json is refused: ")
                .hasMessageContaining(breaker.getString("refused"))
                .hasMessageEndingWith("; take another model");
    }

    @ParameterizedTest
    @EnumSource
    void acceptsTheModelsOfTheExamples(GoldenModel model) {
        TokenizerFile file = TokenizerFile.read(model.folder().resolve("tokenizer.json"));

        assertThat(file.longestToken()).isBetween(2, 128);
        assertThat(file.expansion()).isEqualTo(1);
        assertThat(file.hash()).hasSize(64);
    }

    @Test
    void acceptsACharacterMapThatHoldsInAllItsSteps() throws IOException {
        JsonObject mapping = Json.createPatchBuilder()
                .add(
                        "/normalizer",
                        Json.createObjectBuilder()
                                .add("type", "Precompiled")
                                .add("precompiled_charsmap", map("z"))
                                .build())
                .build()
                .apply(stories());

        try (Tokenizer tokenizer = Tokenizer.open(written(mapping.toString()).getParent())) {
            assertThat(tokenizer.decode(tokenizer.encode("cat", false), false)).isEqualTo("czt");
        }
    }

    /** A character map may lengthen a text, as a replacement may; the limit of a text counts both. */
    @Test
    void countsTheGrowthByACharacterMap() throws IOException {
        String map = "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"" + map("z".repeat(60)) + "\"}";
        String replacing = "{\"type\": \"Replace\", \"pattern\": {\"String\": \"z\"}, \"content\": \"yy\"}";
        String model = ", \"model\": {\"type\": \"WordLevel\", \"unk_token\": \"a\", \"vocab\": {\"a\": 0}}}";
        String begin = "{\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [" + map + ", ";

        assertThat(TokenizerFile.read(written(begin + replacing + "]}" + model)).expansion())
                .isEqualTo(120);
        Path twice = written(begin + map + "]}" + model);
        assertThatThrownBy(() -> TokenizerFile.read(twice))
                .hasMessageContaining("/normalizer/normalizers/1 is the second character map (at most 1)");
    }

    /** The native library would need minutes for the output, for a token that no trial decodes. */
    @Test
    void refusesReplacementsOfADecoderThatMultiply() throws IOException {
        String replacing = "{\"type\": \"Replace\", \"pattern\": {\"String\": \"b\"}, \"content\": \"bbbbb\"}";
        Path file = written("{\"decoder\": {\"type\": \"Sequence\", \"decoders\": [" + replacing + ", " + replacing
                + "]}, \"model\": {\"type\": \"WordLevel\", \"unk_token\": \"a\", \"vocab\": {\"a\": 0, \"b\": 1}}}");

        assertThatThrownBy(() -> TokenizerFile.read(file))
                .hasMessageContaining("/decoder/decoders/1 makes a text 25 times as long");
    }

    /** A character map with a text for {@code a}: a trie of one letter. */
    private static String map(String text) {
        byte[] replacements = (text + "\0").getBytes(StandardCharsets.UTF_8);
        int[] units = new int[512];
        units[0] = 256 << 10;
        int letter = 256 ^ 'a';
        int next = 256 ^ 1;
        units[letter] = (letter ^ next) << 10 | 1 << 8 | 'a';
        units[next] = 1 << 31;
        ByteBuffer bytes =
                ByteBuffer.allocate(4 + 4 * units.length + replacements.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(4 * units.length);
        for (int unit : units) {
            bytes.putInt(unit);
        }
        return Base64.getEncoder().encodeToString(bytes.put(replacements).array());
    }

    @Test
    void refusesWhatIsNoJson() throws IOException {
        for (String json : new String[] {"", "[]", "{", "{\"model\": ", "{}", "{} {}", "null", "[".repeat(100_000)}) {
            Path file = written(json);

            assertThatThrownBy(() -> TokenizerFile.read(file))
                    .isInstanceOf(WeirException.class)
                    .hasMessageContaining("is refused");
        }
    }

    @Test
    void refusesAKeyThatStandsTwice() throws IOException {
        Path file = written("{\"normalizer\": null, \"normalizer\": {\"type\": \"NFC\", \"type\": \"NFD\"}}");
        assertThatThrownBy(() -> TokenizerFile.read(file)).hasMessageContaining("/normalizer stands twice");
        Path inner = written("{\"normalizer\": {\"type\": \"NFC\", \"type\": \"NFD\"}}");
        assertThatThrownBy(() -> TokenizerFile.read(inner)).hasMessageContaining("/normalizer/type stands twice");
    }

    @Test
    void refusesMoreAddedTokensThanTheLibraryShouldLookFor() throws IOException {
        StringBuilder json = new StringBuilder("{\"added_tokens\": [");
        for (int i = 0; i <= TokenizerFile.MOST_ADDED_TOKENS; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"id\":")
                    .append(i)
                    .append(",\"content\":\"<")
                    .append(i)
                    .append(">\"}");
        }
        Path file = written(json.append("]}").toString());

        assertThatThrownBy(() -> TokenizerFile.read(file))
                .hasMessageContaining("/added_tokens has too many entries (at most 131072");
    }

    @Test
    void refusesATokenOfWhichTheLibraryHasNone() throws IOException {
        Path file = written("{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 0}, \"unk_token\": \"?\"}}");
        try (Tokenizer tokenizer = Tokenizer.open(file.getParent())) {
            assertThatThrownBy(() -> tokenizer.encode("b", false))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                    .hasMessageContaining("text cannot be encoded by the tokenizer");
        }
    }
}
