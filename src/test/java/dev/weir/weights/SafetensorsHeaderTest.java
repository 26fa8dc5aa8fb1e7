package dev.weir.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsHeaderTest {
    private static final String VALID = "{\"a\":" + SafetensorsFile.entry("F32", List.of(2L, 1L), 0, 8) + ",\"b\":"
            + SafetensorsFile.entry("F16", List.of(2L), 8, 12) + "}";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("model.safetensors");
    }

    @Test
    void tensorsHaveTheirPlacesInTheFile() throws Exception {
        SafetensorsFile.write(file, VALID, new byte[12]);

        List<WeightTensor> tensors = SafetensorsHeader.read(file);

        assertThat(tensors).extracting(WeightTensor::name).containsExactly("a", "b");
        assertThat(tensors.get(1).shape()).containsExactly(2L);
        assertThat(tensors.get(1).offset()).isEqualTo(8L + VALID.length() + 8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[8,12]|[4,12]|tensor 'b'",
                "[8,12]|[8,13]|data_offsets",
                "[8,12]|[8,9223372036854775807]|data_offsets",
                "[8,12]|[12,8]|data_offsets",
                "[8,12]|[8]|data_offsets",
                "[0,8]|[-8,0]|data_offsets",
                "[2,1]|[4294967296,4294967296]|too large",
                "[2,1]|[2,1,1,1,1,1,1,1,1]|too many axes",
                "[2,1]|[2.5,1]|shape",
                "[2,1]|[3,1]|another number",
                "[2,1]|{}|no list shape",
                "F16|F9|dtype",
                "\"b\":|\"a\":|tensor 'a'",
                "}}|}|not valid",
            })
    void aHeaderThatIsNotValidIsRefusedByName(String from, String to, String named) throws Exception {
        SafetensorsFile.write(file, VALID.replace(from, to), new byte[12]);

        assertThatThrownBy(() -> SafetensorsHeader.read(file))
                .isInstanceOf(WeirException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 1_000, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
    void aLengthOutsideTheFileIsRefused(long length) throws Exception {
        SafetensorsFile.write(file, length, VALID.getBytes(StandardCharsets.UTF_8), new byte[12]);

        assertThatThrownBy(() -> SafetensorsHeader.read(file)).hasMessageContaining("header of " + length + " bytes");
    }

    @Test
    void bytesOfNoTensorAreRefused() throws Exception {
        SafetensorsFile.write(file, VALID, new byte[13]);

        assertThatThrownBy(() -> SafetensorsHeader.read(file)).hasMessageContaining("1 bytes that belong to no tensor");
    }

    @Test
    void changedHeadersAreReadOrRefused() throws Exception {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] header = VALID.getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(3); change >= 0; change--) {
                header[random.nextInt(header.length)] = (byte) random.nextInt(256);
            }
            SafetensorsFile.write(file, header.length, header, new byte[12]);
            refused += isRefused() ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    private boolean isRefused() {
        try {
            List<WeightTensor> tensors = SafetensorsHeader.read(file);
            assertThat(tensors.stream().mapToLong(WeightTensor::length).sum()).isEqualTo(12);
            return false;
        } catch (WeirException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY);
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside.safetensors", "/etc/passwd", "absent.safetensors", "model.bin"})
    void aShardOutsideTheFolderIsRefused(String shard) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"" + shard + "\"}}");

        assertThatThrownBy(() -> Checkpoint.open(new ConfinedFolder(folder))).hasMessageContaining(shard);
    }

    @ParameterizedTest
    @CsvSource({
        "0x0000, 0",
        "0x8000, -0.0",
        "0x3c00, 1",
        "0xc000, -2",
        "0x0001, 5.9604645E-8",
        "0x7bff, 65504",
        "0x7c00, Infinity",
        "0xfc00, -Infinity",
        "0x7e00, NaN",
        "0x0400, 6.1035156E-5"
    })
    void halfPrecisionNumbersAreThoseOfTheStandard(String bits, Float value) {
        assertThat(WeightTensor.ofHalf((short) (int) Integer.decode(bits))).isEqualTo(value);
    }
}
