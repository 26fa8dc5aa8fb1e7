package dev.weir.inference.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.inference.TextGenerator;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class HardwareTest {
    private static final Hardware CPU = Hardware.cpu(IntraOpThreads.of(1));

    @Test
    void aDeviceIsTheProcessorsOrANumberedCudaDevice() {
        assertThat(CPU.on("cpu")).isEqualTo(CPU);
        assertThat(CPU.on("cuda").cudaDevice()).isEqualTo(OptionalInt.of(0));
        assertThat(CPU.on("cuda:3").cudaDevice()).isEqualTo(OptionalInt.of(3));
        assertThat(CPU.on("cuda:3").threads()).isEqualTo(IntraOpThreads.of(1));
        assertThat(CPU.on("cuda:3").on("cpu")).isEqualTo(CPU);
        assertThatThrownBy(() -> CPU.on("gpu")).hasMessage("device must be cpu, cuda or cuda:n, was gpu");
    }

    @Test
    void aDeviceThatTheRuntimeCannotUseIsToldWithTheRemedy() {
        InferenceSettings settings = new InferenceSettings(1, 8, 8, 8).on("cuda:1");
        assertThatThrownBy(() -> TextGenerator.open(
                        new ModelFolder(StoriesModel.FOLDER), Precision.INT8, settings, Runnable::run))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("device cuda:1 cannot be used")
                .hasMessageContaining("-Donnxruntime.native.path=<folder>")
                .hasMessageContaining("onnxruntime_gpu 1.");
    }
}
