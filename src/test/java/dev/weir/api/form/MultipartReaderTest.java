package dev.weir.api.form;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartReaderTest {
    private static final String BEGIN = "--b\r\nContent-Disposition: form-data; name=\"a\"";

    private record Read(String name, Optional<String> fileName, String content) {}

    @Test
    void partsComeInOrderWithTheirHeadersAndBytes() throws IOException {
        String body = "what is before\r\n" + BEGIN + "\r\n\r\n1\r\n--b \t\r\n"
                + "content-type: image/png\r\nX-Other: x\r\n"
                + "content-disposition: form-data;\r\n  name=\"f\"; filename=\"C:\\cats\\cat.png\"\r\n\r\n"
                + "\r\n--\r\n-b\r\n--B\r\n\r\n--b--\r\nwhat is behind\r\n--b";
        assertThat(read(body))
                .containsExactly(
                        new Read("a", Optional.empty(), "1"),
                        new Read("f", Optional.of("cat.png"), "\r\n--\r\n-b\r\n--B\r\n"));
    }

    @Test
    void aPartThatIsNotReadIsSkipped() throws IOException {
        MultipartReader reader = reader(BEGIN + "\r\n\r\n1\r\n" + BEGIN + "\r\n\r\n2\r\n--b--");
        reader.next();
        assertThat(reader.next().orElseThrow().content().readAllBytes()).containsExactly('2');
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void anEmptyFormAndAnEmptyPartAreNoMistakes() throws IOException {
        assertThat(read("--b--\r\n")).isEmpty();
        assertThat(read(BEGIN + "\r\n\r\n\r\n--b--")).containsExactly(new Read("a", Optional.empty(), ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name=\"a\"; filename=\"plain.txt\"|a|plain.txt",
                "name=a; filename=plain.txt|a|plain.txt",
                "NAME = \"a;b\"; FileName = \"x;y=z.txt\"|a;b|x;y=z.txt",
                "name=\"a\\\"b\"; filename=\"say \\\"hi\\\".txt\"|a\"b|say \"hi\".txt",
                "name=\"a%22b\"; filename=\"100%25.txt\"|a\"b|100%25.txt",
                "name=\"a\"; filename=\"/etc/../etc/passwd\"|a|passwd",
                "name=\"a\"; filename=\"no.txt\"; filename*=UTF-8''%ed%95%9c+1.txt|a|한+1.txt",
                "name=\"a\"; filename*=iso-8859-1'de'%e4.txt|a|ä.txt",
                "name=\"a\"; filename=\"\"|a|``",
            })
    void namesAreReadAsClientsWriteThem(String parameters, String name, String fileName) {
        PartHeaders headers = PartHeaders.parse("Content-Disposition: form-data; " + parameters + "\r\n", 1);
        assertThat(headers.name()).isEqualTo(name);
        assertThat(headers.fileName()).hasValue(fileName);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no boundary at all|its boundary is nowhere in it",
                "--b|it ends inside a boundary",
                "--bc\\r\\n|at byte 3 its boundary",
                "--b\\r\\nContent-Disposition: form-data; name=a|it ends inside the headers of part 1",
                "--b\\r\\n\\r\\nx\\r\\n--b--|part 1 of the multipart body has no header Content-Disposition",
                "--b\\r\\nnonsense\\r\\n\\r\\nx\\r\\n--b--|part 1 of the multipart body has a header line without",
                "--b\\r\\nContent-Disposition: form-data; name=a\\r\\n\\r\\nx|it ends inside part 1",
                "--b\\r\\nContent-Disposition: form-data; name=\"a\\r\\n\\r\\nx|whose quotes are not closed",
                "--b\\r\\nContent-Disposition: attachment; name=a\\r\\n\\r\\nx|has no header Content-Disposition",
                "--b\\r\\nContent-Disposition: form-data; name=a; filename*=x\\r\\n\\r\\nx|filename* that is not of",
                "--b\\r\\nContent-Disposition: form-data; name=a; filename*=q''x\\r\\n\\r\\nx|cannot be decoded",
                "--b\\r\\nContent-Disposition: form-data; name=a; filename*=UTF-8''%ff\\r\\n\\r\\nx|filename* that is not UTF-8",
                "--b\\r\\nContent-Disposition: form-data; name=a; filename*=UTF-8''%4\\r\\n\\r\\nx|cannot be decoded",
                "--b\\r\\nContent-Disposition: form-data; name=a; filename*=UTF-8''%zz\\r\\n\\r\\nx|cannot be decoded",
                "--b\\r\\nContent-Disposition: form-data; name=a; filename*=UTF-8''é\\r\\n\\r\\nx|the headers of part 1 are not UTF-8",
                "--b\\r\\nContent-Transfer-Encoding: base64\\r\\n\\r\\nx|the transfer encoding 'base64'",
            })
    void whatIsMalformedIsToldWithItsPlace(String body, String told) {
        assertRefused(body.replace("\\r", "\r").replace("\\n", "\n"), told);
    }

    @Test
    void headersAreBounded() {
        assertRefused(BEGIN + "\r\nX: " + "x".repeat(9000) + "\r\n\r\n1\r\n--b--", "too long (at most 8192 bytes)");
        assertRefused("--b\r\n" + "\n".repeat(9000), "too long (at most 8192 bytes)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a ", "ü", "a\n"})
    void aBoundaryThatIsNoneIsRefused(String boundary) {
        assertThatThrownBy(() -> new MultipartReader(InputStream.nullInputStream(), boundary))
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("1 to 70 printable");
    }

    /** Contents with many partial delimiters, in reads of every size. */
    @Test
    void whateverTheContentAndHoweverItArrivesItIsTheSame() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 400; round++) {
            List<Read> parts = new ArrayList<>();
            StringBuilder body = new StringBuilder();
            for (int part = random.nextInt(4); part >= 0; part--) {
                String content = content(random);
                parts.add(new Read("a", Optional.empty(), content));
                body.append(body.isEmpty() ? "" : "\r\n")
                        .append(BEGIN)
                        .append("\r\n\r\n")
                        .append(content);
            }
            body.append("\r\n--b--\r\n");
            assertThat(read(new InPieces(body.toString(), random)))
                    .as("round %d", round)
                    .isEqualTo(parts);
        }
    }

    /** A damaged body is refused or read. It neither blocks nor fails in another way. */
    @Test
    void aBodyThatIsDamagedIsRefusedOrRead() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < 2000; round++) {
            StringBuilder body = new StringBuilder(
                    BEGIN + "; filename=\"x\"\r\n\r\n" + content(random) + "\r\n" + BEGIN + "\r\n\r\n1\r\n--b--\r\n");
            for (int damage = random.nextInt(3); damage >= 0; damage--) {
                body.setCharAt(random.nextInt(body.length()), "\r\n-b\";:=a \\%*".charAt(random.nextInt(13)));
            }
            body.setLength(random.nextInt(4) == 0 ? random.nextInt(body.length()) : body.length());
            try {
                read(new InPieces(body.toString(), random));
            } catch (WeirException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
            }
        }
    }

    private static String content(Random random) {
        String[] pieces = {"\r", "\n", "-", "b", "\r\n--", "\r\n-", "\r\n--B", "x", "\0", "\u00ff", "y".repeat(20_000)};
        StringBuilder content = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            content.append(pieces[random.nextInt(pieces.length)]);
        }
        return content.toString().replace("\r\n--b", "\r\n--c");
    }

    private static void assertRefused(String body, String told) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST))
                .hasMessageContaining(told);
    }

    private static MultipartReader reader(String body) {
        return new MultipartReader(new ByteArrayInputStream(body.getBytes(ISO_8859_1)), "b");
    }

    private static List<Read> read(String body) throws IOException {
        return read(new ByteArrayInputStream(body.getBytes(ISO_8859_1)));
    }

    private static List<Read> read(InputStream body) throws IOException {
        MultipartReader reader = new MultipartReader(body, "b");
        List<Read> read = new ArrayList<>();
        for (Optional<MultipartReader.Part> part = reader.next(); part.isPresent(); part = reader.next()) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            part.get().content().transferTo(content);
            PartHeaders headers = part.get().headers();
            read.add(new Read(headers.name(), headers.fileName(), content.toString(ISO_8859_1)));
        }
        return read;
    }

    /** Returns a random part of each requested read. */
    private static final class InPieces extends FilterInputStream {
        private final Random random;

        InPieces(String body, Random random) {
            super(new ByteArrayInputStream(body.getBytes(ISO_8859_1)));
            this.random = random;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return in.read(bytes, offset, Math.min(length, 1 + random.nextInt(random.nextBoolean() ? 4 : 9000)));
        }
    }
}
