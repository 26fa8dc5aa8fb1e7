package dev.weir.inference.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.GoldenModel;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.inference.Pool;
import dev.weir.inference.TextGenerator;
import dev.weir.sampling.TokenRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    @RegisterExtension
    static final Pool POOL = new Pool();

    @TempDir
    Path folder;

    @Test
    void picksTheFileOfThePrecisionFirstInTheOnnxFolder() throws Exception {
        ModelFolder model =
                folder("config.json", "model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx", "model_fp16.onnx");

        assertThat(model.decoding(Precision.BEST, false).first()).isEqualTo(folder.resolve("onnx/model.onnx"));
        assertThat(model.decoding(Precision.FLOAT32, false).first()).isEqualTo(folder.resolve("onnx/model.onnx"));
        assertThat(model.decoding(Precision.FLOAT16, false).first()).isEqualTo(folder.resolve("model_fp16.onnx"));
        assertThat(model.decoding(Precision.INT8, false).first())
                .isEqualTo(folder.resolve("onnx/model_quantized.onnx"));
    }

    @Test
    void withoutAWishTheMostPreciseFileThereIsIsTaken() throws Exception {
        ModelFolder model = folder("config.json", "onnx/model_q4.onnx", "onnx/model_quantized.onnx");

        assertThat(model.decoding(Precision.BEST, false).first())
                .isEqualTo(folder.resolve("onnx/model_quantized.onnx"));
    }

    @Test
    void aMissingPrecisionIsToldWithWhatIsThere() throws Exception {
        ModelFolder model = folder("config.json", "onnx/model.onnx", "onnx/model_q4.onnx");

        assertThatThrownBy(() -> model.decoding(Precision.INT8, false).first())
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("has no model_int8.onnx or model_quantized.onnx; it holds ")
                .hasMessageContaining(Path.of("onnx", "model.onnx") + ", " + Path.of("onnx", "model_q4.onnx"));
    }

    @Test
    void aFolderWithoutAModelSaysWhatToDo() throws Exception {
        assertThatThrownBy(() -> new ModelFolder(folder.resolve("absent"))).hasMessageContaining("no model folder");
        assertThatThrownBy(() -> new ModelFolder(folder)).hasMessageContaining("config.json");
        ModelFolder bare = folder("config.json");
        assertThatThrownBy(() -> bare.decoding(Precision.BEST, false)).hasMessageContaining("export the model");
    }

    @Test
    void precisionsGoByTheNamesOfConfigurations() {
        assertThat(Precision.of("Float16")).isEqualTo(Precision.FLOAT16);
        assertThat(Precision.of("int8")).isEqualTo(Precision.INT8);
        assertThatThrownBy(() -> Precision.of("int7")).hasMessageContaining("was 'int7'");
    }

    @Test
    void theGenerationConfigurationGoesBeforeTheModels() {
        ModelFileConfig config = ModelFileConfig.read(new ModelFolder(StoriesModel.FOLDER));

        assertThat(config.rules().endTokens()).containsExactlyInAnyOrder(0, 2);
        assertThat(config.contextLength()).isEqualTo(512);
        assertThat(config.keyValueHeads()).isEqualTo(4);
        assertThat(config.headSize()).isEqualTo(48);
        assertThat(config.beginToken()).hasValue(0);
        assertThat(config.encoderDecoder()).isFalse();
    }

    @Test
    void anEncoderDecoderIsItsEncoderAndAMergedDecoderOrAPair() throws Exception {
        ModelFolder model = folder(
                "onnx/encoder_model.onnx",
                "onnx/decoder_model.onnx",
                "onnx/decoder_with_past_model.onnx",
                "onnx/encoder_model_int8.onnx",
                "onnx/decoder_model_merged_int8.onnx");

        ModelFolder.Decoding pair = model.decoding(Precision.FLOAT32, true);
        assertThat(pair.encoder()).hasValue(folder.resolve("onnx/encoder_model.onnx"));
        assertThat(pair.first()).isEqualTo(folder.resolve("onnx/decoder_model.onnx"));
        assertThat(pair.next()).hasValue(folder.resolve("onnx/decoder_with_past_model.onnx"));
        ModelFolder.Decoding merged = model.decoding(Precision.INT8, true);
        assertThat(merged.first()).isEqualTo(folder.resolve("onnx/decoder_model_merged_int8.onnx"));
        assertThat(merged.next()).isEmpty();
    }

    @Test
    void anEncoderDecoderWithoutADecoderSaysWhatIsMissing() throws Exception {
        ModelFolder model = folder("onnx/encoder_model.onnx", "onnx/decoder_model.onnx");

        assertThatThrownBy(() -> model.decoding(Precision.FLOAT32, true))
                .hasMessageContaining("has no encoder_model.onnx with decoder_model_merged.onnx; it holds ");
    }

    @Test
    void anEncoderDecoderThatDoesNotSayHowItsOutputBeginsIsRefused() throws Exception {
        ModelFolder model = folder("onnx/encoder_model.onnx", "onnx/decoder_model_merged.onnx");

        assertThatThrownBy(() -> TextGenerator.open(model, Precision.BEST, InferenceSettings.defaults(), POOL))
                .hasMessageContaining("decoder_start_token_id");
    }

    @Test
    void theRulesOfTheConfigurationAreRead() {
        ModelFileConfig numbers = ModelFileConfig.read(new ModelFolder(GoldenModel.NUMBERS.folder()));
        assertThat(numbers.encoderDecoder()).isTrue();
        assertThat(numbers.contextLength()).isEqualTo(128);
        assertThat(numbers.decoderStart()).hasValue(1023);
        assertThat(numbers.rules())
                .isEqualTo(new TokenRules(
                        Set.of(0), OptionalInt.empty(), Set.of(0), List.of(List.of(1023)), Set.of(), Set.of()));

        ModelFileConfig headline = ModelFileConfig.read(new ModelFolder(GoldenModel.HEADLINE.folder()));
        assertThat(headline.rules().forcedBegin()).hasValue(0);
        assertThat(headline.rules().forcedEnd()).containsExactly(2);
        assertThat(headline.labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    }

    @Test
    void aFileThatIsNoModelSaysSo() throws Exception {
        Files.copy(StoriesModel.FOLDER.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        ModelFolder model = folder("config.json", "onnx/model.onnx");

        assertThatThrownBy(() -> TextGenerator.open(model, Precision.BEST, InferenceSettings.defaults(), POOL))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("cannot be loaded");
    }

    /** The folder with empty files; without {@code config.json}, the folder of an encoder-decoder. */
    private ModelFolder folder(String... files) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"is_encoder_decoder\": true}");
        for (String file : files) {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.endsWith(".json") ? "{}" : "");
        }
        return new ModelFolder(folder);
    }
}
