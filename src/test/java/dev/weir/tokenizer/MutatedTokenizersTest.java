package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.fuzz.Fuzz;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Randomly changed tokenizers are refused with a reason, or do not harm the native library. */
@Tag("fuzz")
class MutatedTokenizersTest {
    private static final int TRIED = Math.max(150, Fuzz.count() / 5);
    private static final String WHOLE = """
            {"version": "1.0",
             "truncation": {"direction": "Right", "max_length": 128, "strategy": "LongestFirst", "stride": 0},
             "padding": {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "<u>"},
             "added_tokens": [{"id": 0, "content": "<u>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
             "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}, {"type": "Prepend", "prepend": "_"}, {"type": "Strip", "strip_left": true, "strip_right": true}]},
             "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\\\\s+(?!\\\\S)|\\\\s+"}, "behavior": "Isolated", "invert": false}, {"type": "Digits", "individual_digits": true}, {"type": "Metaspace", "replacement": "_", "prepend_scheme": "always", "split": true}]},
             "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<u>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"<u>": {"id": "<u>", "ids": [0], "tokens": ["<u>"]}}},
             "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "_"}, "content": " "}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}, {"type": "Fuse"}, {"type": "ByteFallback"}]},
             "model": {"type": "BPE", "dropout": null, "unk_token": "<u>", "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
              "vocab": {"<u>": 0, "a": 1, "b": 2, "ab": 3, "_": 4, "_a": 5}, "merges": ["a b", "_ a"]}}
            """;
    private static final String VALUES = """
            [null, true, 0, 1, -1, 2, 255, 2147483647, 4294967296, 1e300, 0.5, "", "a", "_", "<u>", "\\u0000", "\\ud55c", "A", "B", "[a-z]+", "(a+)+b", "(", "a{2,", "\\\\p{L}",
             [], {}, [0], ["a"], [[]], {"String": "a"}, {"Regex": "b*"}, {"String": ""}, {"type": "NFKC"}, {"type": "Whitespace"}, {"type": "ByteLevel"}, {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
             {"type": "Lowercase"}, {"type": "FixedLength", "length": 1}, {"type": "CTC", "pad_token": "a", "word_delimiter_token": "b", "cleanup": true}, {"type": "WordPiece", "prefix": "", "cleanup": true}, {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
             {"type": "BertProcessing", "sep": ["a", 1], "cls": ["b", 2]}, {"type": "RobertaProcessing", "sep": ["a", 1], "cls": ["b", 2], "trim_offsets": true, "add_prefix_space": true}, {"type": "Precompiled", "precompiled_charsmap": "AAAAAAA="}, {"type": "UnicodeScripts"}, {"type": "Nmt"}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "a", "type_id": 0}}, {"a": 7}]
            """;

    @TempDir
    Path folder;

    private static JsonStructure parsed(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.read();
        }
    }

    /** Every place of a document, by its pointer. */
    private static void places(String pointer, JsonValue value, List<String> all) {
        if (!pointer.isEmpty()) {
            all.add(pointer);
        }
        if (value instanceof JsonObject object) {
            object.forEach((key, inner) ->
                    places(pointer + "/" + key.replace("~", "~0").replace("/", "~1"), inner, all));
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                places(pointer + "/" + i, array.get(i), all);
            }
        }
    }

    private static String mutated(Random random) {
        JsonStructure document = parsed(WHOLE);
        JsonArray values = parsed(VALUES).asJsonArray();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            List<String> places = new ArrayList<>();
            places("", document, places);
            String place = places.get(random.nextInt(places.size()));
            JsonObjectBuilder patch = Json.createObjectBuilder()
                    .add("op", random.nextInt(5) == 0 ? "remove" : "replace")
                    .add("path", place)
                    .add("value", values.get(random.nextInt(values.size())));
            document = Json.createPatch(Json.createArrayBuilder().add(patch).build())
                    .apply(document);
        }
        return document.toString();
    }

    @Test
    void eachIsRefusedWithAReasonOrHarmsTheLibraryInNothing() throws Exception {
        List<Path> accepted = new ArrayList<>();
        Path refused = folder.resolve("refused.json");
        Fuzz.run("tokenizer.json", Duration.ofSeconds(5), random -> {
            String json = mutated(random);
            try {
                TokenizerFile.read(Files.writeString(refused, json));
                if (accepted.size() < TRIED) {
                    accepted.add(Files.writeString(folder.resolve("accepted-" + accepted.size() + ".json"), json));
                }
            } catch (WeirException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY);
                assertThat(e.detail()).contains("is refused: ").endsWith("; take another model");
            }
        });

        assertThat(accepted).isNotEmpty();
        Path output = folder.resolve("output");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(child.waitFor(120, TimeUnit.SECONDS))
                    .as(Files.readString(output))
                    .isTrue();
            assertThat(child.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            child.destroyForcibly();
        }
        assertThat(Files.readString(output)).contains("loaded ");
    }

    /** Loads each accepted file, and encodes and decodes texts. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            TokenizerLibrary.load();
            TokenizersLibrary library = TokenizersLibrary.LIB;
            try (Stream<Path> files = Files.list(Path.of(args[0]))) {
                for (Path file : files.filter(
                                each -> each.getFileName().toString().startsWith("accepted"))
                        .sorted()
                        .toList()) {
                    String json = Files.readString(file);
                    System.out.println(json);
                    System.out.println(used(library, json) ? "loaded " + file : "refused by the library");
                }
            }
            System.exit(0);
        }

        private static boolean used(TokenizersLibrary library, String json) {
            long handle;
            try {
                handle = library.createTokenizerFromString(json);
            } catch (RuntimeException e) {
                return false;
            }
            library.disableTruncation(handle);
            library.disablePadding(handle);
            for (String text : List.of("", "a", "  ab _a<u> 12 \u00e9\ud55c\ud83d\ude00\n", "ab".repeat(5_000))) {
                try {
                    long encoding = library.encode(handle, text, true);
                    long[] ids = library.getTokenIds(encoding);
                    library.getSpecialTokenMask(encoding);
                    library.deleteEncoding(encoding);
                    library.decode(handle, ids, true);
                    library.decode(handle, new long[] {0, 1, 2, 3, 4, 5, 99}, false);
                } catch (RuntimeException e) {
                    System.out.println(e.getMessage());
                }
            }
            library.deleteTokenizer(handle);
            return true;
        }
    }
}
