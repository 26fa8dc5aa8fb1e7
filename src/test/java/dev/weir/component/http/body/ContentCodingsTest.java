package dev.weir.component.http.body;

import static dev.weir.component.http.body.BodyDecoderTest.assertCutShort;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingsTest {
    private static final int BLOCK = 16 * 1024;
    private static final String EVENT = "data: a\n\n";

    @Test
    void gzipIsInflatedAsItComes() throws IOException {
        String text = "data: a한🎉\n\n".repeat(50);
        List<String> expected = Collections.nCopies(50, "a한🎉");
        byte[] gzip = gzip(text);
        for (int size : new int[] {1, 2, 7, 1000}) {
            assertThat(Pull.all(events("gzip"), gzip, size)).isEqualTo(expected);
        }
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.writeBytes(gzip);
        twice.writeBytes(gzip);
        assertThat(Pull.all(events("x-gzip"), twice.toByteArray(), 13)).hasSize(100);
    }

    @Test
    void anEventComesOutAsSoonAsItIsFlushed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        GZIPOutputStream out = new GZIPOutputStream(bytes, true);
        out.write(EVENT.getBytes(StandardCharsets.UTF_8));
        out.flush();
        try (BodyDecoder decoder = events("gzip")) {
            decoder.add(ByteBuffer.wrap(bytes.toByteArray()));
            assertThat(decoder.next()).isEqualTo("a");
            assertThat(decoder.next()).isNull();
        }
    }

    @Test
    void everyFieldOfAGzipHeaderIsPassed() throws IOException {
        byte[] plain = gzip(EVENT);
        ByteArrayOutputStream full = new ByteArrayOutputStream();
        full.write(plain, 0, 3);
        full.write(2 + 4 + 8 + 16);
        full.write(plain, 4, 6);
        full.writeBytes(new byte[] {3, 0, 1, 2, 3});
        full.writeBytes("name\0comment\0".getBytes(StandardCharsets.US_ASCII));
        full.writeBytes(new byte[] {9, 9});
        full.write(plain, 10, plain.length - 10);
        for (int size : new int[] {1, 5, 1000}) {
            assertThat(Pull.all(events("gzip"), full.toByteArray(), size)).containsExactly("a");
        }
    }

    @Test
    void zerosBehindGzipAreIgnored() throws IOException {
        byte[] gzip = gzip(EVENT);
        for (int zeros : new int[] {1, 9, 512, 20_000}) {
            byte[] padded = Arrays.copyOf(gzip, gzip.length + zeros);
            for (int size : new int[] {1, 7, padded.length}) {
                assertThat(Pull.all(events("gzip"), padded, size)).containsExactly("a");
            }
        }
        byte[] zeros = new byte[20];
        assertThatThrownBy(() -> Pull.all(events("gzip"), zeros, 3)).hasMessageContaining("called gzip");
    }

    @Test
    void gzipThatIsCutOrDamagedIsTold() throws IOException {
        byte[] gzip = gzip(EVENT.repeat(99));
        for (int length = 1; length < gzip.length; length++) {
            byte[] cut = Arrays.copyOf(gzip, length);
            assertCutShort(() -> Pull.all(bytes("gzip"), cut, 8), "gzip");
        }
        byte[] damaged = gzip.clone();
        damaged[gzip.length - 5] ^= 1;
        assertThatThrownBy(() -> Pull.all(bytes("gzip"), damaged, 8)).hasMessageContaining("damaged");
        byte[] none = "no gzip here".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Pull.all(bytes("gzip"), none, 8)).hasMessageContaining("called gzip");
        assertThat(Pull.all(bytes("gzip"), new byte[0], 8)).isEmpty();
    }

    @Test
    void deflateIsReadWithAndWithoutItsHeader() throws IOException {
        for (boolean raw : new boolean[] {false, true}) {
            byte[] body = deflated(EVENT.repeat(50), raw);
            for (int size : new int[] {1, 2, 3, 1000}) {
                assertThat(Pull.all(events("deflate"), body, size)).isEqualTo(Collections.nCopies(50, "a"));
            }
            for (int length = 1; length < body.length; length++) {
                byte[] cut = Arrays.copyOf(body, length);
                assertCutShort(() -> Pull.all(bytes("deflate"), cut, 8), "deflate");
            }
        }
        assertThat(Pull.all(bytes("deflate"), new byte[0], 8)).isEmpty();
        byte[] damaged = deflated(EVENT.repeat(50), false);
        damaged[damaged.length - 1] ^= 1;
        assertThatThrownBy(() -> Pull.all(bytes("deflate"), damaged, 8)).hasMessageContaining("damaged");
    }

    @Test
    void codingsAreTakenOffInReverseOrder() throws IOException {
        ByteArrayOutputStream deflatedFirst = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(deflatedFirst)) {
            out.write(deflated(EVENT, false));
        }
        assertThat(Pull.all(events("deflate, gzip"), deflatedFirst.toByteArray(), 3))
                .containsExactly("a");
        assertThat(Pull.all(events("deflate, identity ,GZIP;q=1"), deflatedFirst.toByteArray(), 3))
                .containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "identity",
                "none",
                "None",
                "utf-8",
                "UTF8",
                "chunked",
                "iso-8859-1",
                "application/json",
                ",",
                "identity, none"
            })
    void wordsThatAreNoCodingAreIgnored(String header) {
        assertThat(Pull.all(events(header), EVENT)).containsExactly("a");
        assertThat(ContentCodings.isIdentity(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "compress", "gzip, br", "BR", "x-unknown"})
    void otherCodingsAreRefusedByName(String header) {
        assertThatThrownBy(() -> events(header))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_MALFORMED))
                .hasMessageContaining(header.replace("gzip, ", "").toLowerCase(java.util.Locale.ROOT));
        assertThat(ContentCodings.isIdentity(header)).isFalse();
    }

    @Test
    void moreThanTwoCodingsAreRefused() {
        assertThatThrownBy(() -> events("gzip, gzip, deflate")).hasMessageContaining("at most 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void nothingIsInflatedAheadOfTheReader(String coding) throws IOException {
        String text = "data: 0123456789\n\n".repeat(2_000_000 / 18);
        byte[] body = coding.equals("gzip") ? gzip(text) : deflated(text, false);
        Counting inner = new Counting(new EventStreamDecoder(1000, false));
        try (BodyDecoder decoder = ContentCodings.decoded(coding, inner)) {
            decoder.add(ByteBuffer.wrap(body));
            for (int read = 1; read <= 3000; read++) {
                assertThat(decoder.next()).isEqualTo("0123456789");
                assertThat(inner.bytes).isLessThanOrEqualTo(read * 18L + BLOCK);
            }
        }
    }

    @Test
    void twoCodingsInflateNoMoreAheadEither() throws IOException {
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(twice)) {
            out.write(gzip("data: 0123456789\n\n".repeat(1_000_000)));
        }
        Counting inner = new Counting(new EventStreamDecoder(1000, false));
        try (BodyDecoder decoder = ContentCodings.decoded("gzip, gzip", inner)) {
            decoder.add(ByteBuffer.wrap(twice.toByteArray()));
            assertThat(decoder.next()).isEqualTo("0123456789");
            assertThat(inner.bytes).isLessThanOrEqualTo(BLOCK);
        }
    }

    @Test
    void theEndMarkEndsAStreamInsideItsGzip() throws IOException {
        byte[] gzip = gzip(EVENT + "data: [DONE]\n\n" + EVENT.repeat(1000));
        BodyDecoder decoder = events("gzip");
        decoder.add(ByteBuffer.wrap(gzip, 0, gzip.length - 8));
        List<Object> payloads = new ArrayList<>();
        Pull.drain(decoder, payloads);
        assertThat(payloads).containsExactly("a");
        assertThat(decoder.isDone()).isTrue();
        decoder.end();
        assertThat(decoder.next()).isNull();
        decoder.close();
        decoder.close();
    }

    private static BodyDecoder events(String coding) {
        return ContentCodings.decoded(coding, new EventStreamDecoder(1000, false));
    }

    private static BodyDecoder bytes(String coding) {
        return ContentCodings.decoded(coding, new PieceDecoder(99));
    }

    private static byte[] gzip(String text) throws IOException {
        return gzip(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] deflated(String text, boolean raw) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, raw);
        try (OutputStream out = new DeflaterOutputStream(bytes, deflater)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    /** Counts the bytes that a decoder receives. */
    private static final class Counting implements BodyDecoder {
        private final BodyDecoder decoder;
        private long bytes;

        Counting(BodyDecoder decoder) {
            this.decoder = decoder;
        }

        @Override
        public void add(ByteBuffer piece) {
            bytes += piece.remaining();
            decoder.add(piece);
        }

        @Override
        public @Nullable Object next() {
            return decoder.next();
        }

        @Override
        public boolean isDone() {
            return decoder.isDone();
        }

        @Override
        public void end() {
            decoder.end();
        }

        @Override
        public void close() {
            decoder.close();
        }
    }
}
