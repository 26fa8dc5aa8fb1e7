package dev.weir.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

        assertThat(model.onnxFile(Precision.BEST)).isEqualTo(folder.resolve("onnx/model.onnx"));
        assertThat(model.onnxFile(Precision.FLOAT32)).isEqualTo(folder.resolve("onnx/model.onnx"));
        assertThat(model.onnxFile(Precision.FLOAT16)).isEqualTo(folder.resolve("model_fp16.onnx"));
        assertThat(model.onnxFile(Precision.INT8)).isEqualTo(folder.resolve("onnx/model_quantized.onnx"));
    }

    @Test
    void withoutAWishTheMostPreciseFileThereIsIsTaken() throws Exception {
        ModelFolder model = folder("config.json", "onnx/model_q4.onnx", "onnx/model_quantized.onnx");

        assertThat(model.onnxFile(Precision.BEST)).isEqualTo(folder.resolve("onnx/model_quantized.onnx"));
    }

    @Test
    void aMissingPrecisionIsToldWithWhatIsThere() throws Exception {
        ModelFolder model = folder("config.json", "onnx/model.onnx", "onnx/model_q4.onnx");

        assertThatThrownBy(() -> model.onnxFile(Precision.INT8))
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
        assertThatThrownBy(() -> bare.onnxFile(Precision.BEST)).hasMessageContaining("export the model");
    }

    @Test
    void precisionsGoByTheNamesOfConfigurations() {
        assertThat(Precision.of("Float16")).isEqualTo(Precision.FLOAT16);
        assertThat(Precision.of("int8")).isEqualTo(Precision.INT8);
        assertThatThrownBy(() -> Precision.of("int7")).hasMessageContaining("was 'int7'");
    }

    @Test
    void theGenerationConfigurationGoesBeforeTheModels() {
        ModelConfig config = ModelConfig.read(new ModelFolder(StoriesModel.FOLDER));

        assertThat(config.endTokens()).containsExactlyInAnyOrder(0, 2);
        assertThat(config.contextLength()).isEqualTo(512);
        assertThat(config.keyValueHeads()).isEqualTo(4);
        assertThat(config.headSize()).isEqualTo(48);
        assertThat(config.beginToken()).hasValue(0);
        assertThat(config.encoderDecoder()).isFalse();
    }

    @Test
    void anEncoderDecoderIsRefusedBeforeAnythingIsLoaded() throws Exception {
        ModelFolder model = folder("onnx/model.onnx");
        assertThatThrownBy(() -> TextGenerator.open(model, Precision.BEST, InferenceSettings.defaults(), POOL))
                .hasMessageContaining("encoder-decoder");
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

    /** The folder with empty files; without {@code config.json} among them, one of an encoder-decoder. */
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
