package dev.weir.tokenizer;

import static dev.weir.StoriesModel.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import jakarta.json.JsonObject;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.open(StoriesModel.FOLDER);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    static Stream<JsonObject> probes() {
        return StoriesModel.golden("tokenizer");
    }

    @ParameterizedTest
    @MethodSource("probes")
    void encodesAndDecodesAsTransformersDoes(JsonObject probe) {
        int[] ids = tokenizer.encode(probe.getString("text"), true);

        assertThat(ids).isEqualTo(ints(probe.getJsonArray("ids")));
        assertThat(tokenizer.decode(ids, false)).isEqualTo(probe.getString("decoded"));
        assertThat(tokenizer.decode(ids, true)).isEqualTo(probe.getString("decoded_skip_special"));
    }

    @Test
    void knowsTheTokensThatBeginAndEndAText() {
        assertThat(tokenizer.beginToken()).hasValue(0);
        assertThat(tokenizer.endToken()).hasValue(0);
    }

    @Test
    void cutsALongTextAtItsEnd() {
        int[] whole = tokenizer.encode("Once upon a time there was", true);

        assertThat(tokenizer.encode("Once upon a time there was", true, 3))
                .containsExactly(whole[0], whole[1], whole[2]);
        assertThat(tokenizer.encode("Once upon a time there was", true, whole.length))
                .isEqualTo(whole);
    }

    @Test
    void cutsAtTheBeginningWhereTheConfigurationSaysSo(@TempDir Path folder) throws Exception {
        Files.copy(StoriesModel.FOLDER.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"truncation_side\": \"left\"}");
        try (Tokenizer left = Tokenizer.open(folder)) {
            int[] whole = left.encode("Once upon a time there was", true);

            assertThat(left.encode("Once upon a time there was", true, 2))
                    .containsExactly(whole[whole.length - 2], whole[whole.length - 1]);
        }
    }

    @Test
    void keepsTheTokensAroundATextThatItCuts(@TempDir Path folder) throws Exception {
        String json = Files.readString(StoriesModel.FOLDER.resolve("tokenizer.json"));
        String around =
                "\"post_processor\": {\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": "
                        + "\"<|im_start|>\", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}, {\"SpecialToken\": "
                        + "{\"id\": \"<|im_end|>\", \"type_id\": 0}}], \"pair\": [{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}, "
                        + "{\"Sequence\": {\"id\": \"B\", \"type_id\": 1}}], \"special_tokens\": {\"<|im_start|>\": {\"id\": "
                        + "\"<|im_start|>\", \"ids\": [1], \"tokens\": [\"<|im_start|>\"]}, \"<|im_end|>\": {\"id\": "
                        + "\"<|im_end|>\", \"ids\": [2], \"tokens\": [\"<|im_end|>\"]}}}";
        Files.writeString(
                folder.resolve("tokenizer.json"),
                json.replaceFirst("\"post_processor\":\\s*\\{[^}]*}", Matcher.quoteReplacement(around)));
        try (Tokenizer wrapping = Tokenizer.open(folder)) {
            int[] content = wrapping.encode("Once upon a time", false);

            assertThat(wrapping.encode("Once upon a time", true, 4)).containsExactly(1, content[0], content[1], 2);
        }
    }

    @Test
    void aClosedTokenizerRefusesInsteadOfUsingFreedMemory() {
        Tokenizer closed = Tokenizer.open(StoriesModel.FOLDER);
        closed.close();

        assertThatThrownBy(() -> closed.encode("text", true))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
    }

    @Test
    void loadingLeavesNoFolderAndNoPropertyBehind() throws Exception {
        assertThat(System.getProperty("ENGINE_CACHE_DIR")).isNull();
        try (Stream<Path> temporary = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(temporary.filter(path -> path.getFileName().toString().startsWith("weir-tokenizers")))
                    .isEmpty();
        }
    }

    /** A redeployed application has another class loader in the same JVM. */
    @Test
    void everyClassLoaderGetsTheNativeLibrary() throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            classPath.add(Path.of(entry).toUri().toURL());
        }
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        for (int deployment = 0; deployment < 2; deployment++) {
            try (URLClassLoader loader =
                    new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
                Thread.currentThread().setContextClassLoader(loader);
                Class<?> redeployed = loader.loadClass(Tokenizer.class.getName());
                assertThat(redeployed).isNotEqualTo(Tokenizer.class);
                try (AutoCloseable other =
                        (AutoCloseable) redeployed.getMethod("open", Path.class).invoke(null, StoriesModel.FOLDER)) {
                    Object ids = redeployed
                            .getMethod("encode", String.class, boolean.class)
                            .invoke(other, "Once upon a time", true);
                    assertThat(ids).isEqualTo(tokenizer.encode("Once upon a time", true));
                }
            } finally {
                Thread.currentThread().setContextClassLoader(own);
            }
        }
    }

    @Test
    void saysWhichFileIsMissingOrBroken(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> Tokenizer.open(folder)).hasMessageContaining("has no tokenizer.json");

        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {}}");
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(WeirException.class)
                .hasMessageContaining(folder.resolve("tokenizer.json").toString());
    }
}
