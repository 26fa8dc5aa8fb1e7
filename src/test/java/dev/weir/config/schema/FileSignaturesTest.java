package dev.weir.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.binding.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSignaturesTest {
    private static ValueType type(String type, @Nullable String subtype) {
        return new ValueType(type, subtype == null ? "" : subtype, "base64");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            image, png, 89504e470d0a1a0a0000
            image, , 89504e470d0a1a0a
            image, unheard-of, 89504e470d0a1a0a
            image, 'png,jpeg', ffd8ffe0
            image, JPEG, ffd8ffe0
            image, , 474946383961
            image, webp, 524946460000000057454250
            image, , 000000206674797061766966
            audio, wav, 524946460000000057415645
            audio, , 494433
            audio, , 4f676753
            video, , 4f676753
            video, mp4, 000000206674797069736f6d
            audio, mp4, 000000206674797069736f6d
            video, webm, 1a45dfa3
            file, , 00
            text, , 3c
            """)
    void whatBeginsAsItsTypeDoesMayBeOfIt(String type, @Nullable String subtype, String hex) {
        assertThat(FileSignatures.fault(type(type, subtype), HexFormat.of().parseHex(hex)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            image, png, ''
            image, png, 89504e470d0a1a
            image, png, ffd8ffe0
            image, , 4d5a9000
            image, , 25504446
            image, , 494433
            audio, , 89504e470d0a1a0a
            video, , 89504e470d0a1a0a
            video, , 524946460000000057454250
            audio, wav, 494433
            image, , 504b0304
            """)
    void whatBeginsOtherwiseMayNot(String type, @Nullable String subtype, String hex) {
        assertThat(FileSignatures.fault(type(type, subtype), HexFormat.of().parseHex(hex)))
                .hasValueSatisfying(
                        fault -> assertThat(fault).contains("does not begin as a file of the type " + type));
    }

    @Test
    void aDrawingIsTextThatSaysSo() {
        byte[] svg = "\uFEFF<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"
                .getBytes(StandardCharsets.UTF_8);
        byte[] page = "<html><body>svg</body></html>".getBytes(StandardCharsets.UTF_8);

        assertThat(FileSignatures.fault(type("image", null), svg)).isEmpty();
        assertThat(FileSignatures.fault(type("image", "svg+xml"), svg)).isEmpty();
        assertThat(FileSignatures.fault(type("image", "png"), svg)).isPresent();
        assertThat(FileSignatures.fault(type("audio", null), svg)).isPresent();
        assertThat(FileSignatures.fault(type("image", null), page)).isPresent();
    }
}
