package dev.weir.inference.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import dev.weir.files.ExternalData;
import dev.weir.onnx.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalDataTest {
    @TempDir
    Path folder;

    private Path graph(byte[] bytes) throws IOException {
        Path graph = Files.createDirectories(folder.resolve("onnx")).resolve("model.onnx");
        return Files.write(graph, bytes);
    }

    private void check(byte[] bytes) throws IOException {
        ExternalData.check(new ConfinedFolder(folder), graph(bytes));
    }

    @Test
    void locationsAreFoundWhereverTheyStand() throws IOException {
        assertThat(ExternalData.locations(graph(Weights.inInitializers("a", "b", "a"))))
                .containsExactly("a", "b");
        assertThat(ExternalData.locations(graph(Weights.deepInside("c")))).containsExactly("c");
        assertThat(ExternalData.locations(graph(Weights.inAFunction("d")))).containsExactly("d");
        assertThat(ExternalData.locations(graph(Weights.behindOthers(100_000, "e"))))
                .containsExactly("e");
        assertThat(ExternalData.locations(graph(Weights.inInitializers()))).isEmpty();
    }

    @Test
    void aRealGraphIsReadToItsEnd() {
        assertThat(ExternalData.locations(new ModelFolder(StoriesModel.FOLDER).encoding(Precision.INT8)))
                .isEmpty();
    }

    @Test
    void weightsBesideTheGraphPass() throws IOException {
        Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(folder.resolve("onnx/model.onnx_data"), "");

        assertThatCode(() -> check(Weights.inInitializers("model.onnx_data"))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "missing",
                "../config.json",
                "a/../../config.json",
                "/etc/passwd",
                "C:/Windows/win.ini",
                "..\\config.json",
                "*/_ORT_MEM_ADDR_/*"
            })
    void weightsElsewhereAreRefused(String location) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{}");

        assertThatThrownBy(() -> check(Weights.inInitializers(location)))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("keeps weights in '" + location + "', which is not a file in its folder");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkToWeightsElsewhereIsRefused(@TempDir Path elsewhere) throws IOException {
        Path target = Files.writeString(elsewhere.resolve("weights"), "");
        Files.createDirectories(folder.resolve("onnx"));
        Files.createSymbolicLink(folder.resolve("onnx/weights"), target);

        assertThatThrownBy(() -> check(Weights.inInitializers("weights"))).hasMessageContaining("leads out of");
    }

    @Test
    void tagsAndLengthsOfMoreThan32BitsAreRefused() throws IOException {
        assertThat(Weights.inTagsOfMoreThan32Bits("../secret")).hasSizeGreaterThan(12);
        for (byte[] graph : Weights.inTagsOfMoreThan32Bits("../secret")) {
            assertThatThrownBy(() -> check(graph))
                    .isInstanceOf(WeirException.class)
                    .hasMessageMatching(".*(a tag that is not a number of 32 bits|a length of more than 31 bits).*");
        }
    }

    @Test
    void whatIsNoGraphIsRefused() throws IOException {
        byte[] whole = Weights.inInitializers("a");

        assertThatThrownBy(() -> check("not a graph".getBytes(StandardCharsets.US_ASCII)))
                .hasMessageContaining("the file is not ONNX");
        for (int length = whole.length - 1; length > 10; length--) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> check(cut)).isInstanceOf(WeirException.class);
        }
        assertThatThrownBy(() -> check(Weights.nested(100))).hasMessageContaining("nested too deeply");
    }
}
