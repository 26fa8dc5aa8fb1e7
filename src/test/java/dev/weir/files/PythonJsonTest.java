package dev.weir.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.WeirException;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonJsonTest {
    @Test
    void thePythonSpellingsOfNumbersAreRead() {
        JsonObject read = PythonJson.parse(
                "{\"nan\": NaN, \"up\":Infinity, \"down\":-Infinity, \"list\": [0.0, Infinity,NaN], \"text\": \"a NaN, \\\" Infinity\"}");

        assertThat(read.get("nan")).isEqualTo(JsonValue.NULL);
        assertThat(read.getJsonNumber("up").doubleValue()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(read.getJsonNumber("down").doubleValue()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(read.getJsonArray("list").getJsonNumber(1).doubleValue()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(read.getString("text")).isEqualTo("a NaN, \" Infinity");
    }

    @Test
    void aByteOrderMarkIsSkipped() {
        assertThat(PythonJson.parse("\ufeff{\"a\": 1}").getInt("a")).isEqualTo(1);
    }

    @Test
    void otherSpellingsAreMalformed() {
        for (String value : new String[] {"nan", "inf", "Inf", "+Infinity", "Infinit", "None", "True", "--Infinity"}) {
            assertThatThrownBy(() -> PythonJson.parse("{\"a\": " + value + "}"))
                    .as(value)
                    .isInstanceOf(JsonException.class);
        }
    }

    @Test
    void whatExceedsALimitIsToldWithItsLine() {
        assertThatThrownBy(() -> PythonJson.parse("{\n\"a\": " + "[".repeat(1000) + "]".repeat(1000) + "}"))
                .hasMessage("the file is nested too deeply (at most 100 levels) in line 2");
        assertThatThrownBy(() -> PythonJson.parse("{\"a\": " + "9".repeat(1001) + "}"))
                .hasMessage("a number is too long (at most 1000 characters) in line 1");
        assertThatThrownBy(() -> PythonJson.parse("{\"a\": 1e-99999}"))
                .hasMessage("a number has too large an exponent (at most 4 digits) in line 1");
        assertThatThrownBy(() -> PythonJson.parse("{\"a\": [" + "[],".repeat(1_000_000) + "[]]}"))
                .hasMessage("the file has too many values (at most 1000000) in line 1");
    }

    @Test
    void aFileThatCannotBeReadIsNamed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("config.json");
        Files.write(file, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
        assertThatThrownBy(() -> PythonJson.read(file))
                .isInstanceOf(WeirException.class)
                .hasMessage("the model's file " + file + " cannot be read: the file is not UTF-8");

        Files.writeString(file, "[1]");
        assertThatThrownBy(() -> PythonJson.read(file))
                .isInstanceOf(WeirException.class)
                .hasMessage("the model's file " + file + " cannot be read: the file is not a JSON object");
    }
}
