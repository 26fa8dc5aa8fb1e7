package dev.weir.api.form;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the text of a request as a stream. A byte order mark sets the charset if none is declared, and is skipped. Keeps the
 * position of a byte that cannot be decoded. Not thread-safe.
 */
final class RequestText extends Reader {
    private static final int BUFFER_BYTES = 8192;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final InputStream in;
    private final Charset charset;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final CharBuffer chars = CharBuffer.allocate(BUFFER_BYTES).flip();
    private long bytesBefore;
    private long invalidAt = -1;
    private boolean begun;
    private boolean lastBytes;
    private boolean ended;

    /**
     * Decodes {@code in}.
     *
     * @param declared the charset; null if the request declares none
     */
    RequestText(InputStream in, @Nullable Charset declared) throws IOException {
        PushbackInputStream pushback = new PushbackInputStream(in, 4);
        byte[] first = pushback.readNBytes(4);
        pushback.unread(first);
        this.in = pushback;
        this.charset = declared == null ? marked(first) : declared;
        this.decoder = charset.newDecoder();
    }

    private static Charset marked(byte[] first) {
        if (first.length == 4
                && ((begins(first, 0xFF, 0xFE) && first[2] == 0 && first[3] == 0)
                        || (begins(first, 0, 0) && (first[2] & 0xFF) == 0xFE && (first[3] & 0xFF) == 0xFF))) {
            return Charset.forName("UTF-32");
        }
        return begins(first, 0xFF, 0xFE) || begins(first, 0xFE, 0xFF)
                ? StandardCharsets.UTF_16
                : StandardCharsets.UTF_8;
    }

    private static boolean begins(byte[] bytes, int first, int second) {
        return bytes.length >= 2 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
    }

    /** The problem with the bytes, for a message, if a byte could not be decoded. Positions count from 0. */
    Optional<String> fault() {
        return invalidAt < 0
                ? Optional.empty()
                : Optional.of("not " + charset.name() + ": byte " + invalidAt + " is not of a character");
    }

    @Override
    public int read(char[] to, int offset, int count) throws IOException {
        while (!chars.hasRemaining()) {
            if (ended) {
                return -1;
            }
            fill();
        }
        int given = Math.min(count, chars.remaining());
        chars.get(to, offset, given);
        return given;
    }

    private void fill() throws IOException {
        if (!lastBytes) {
            bytesBefore += bytes.position();
            bytes.compact();
            int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            lastBytes = count < 0;
            bytes.position(bytes.position() + Math.max(count, 0)).flip();
        }
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, lastBytes);
        if (result.isUnderflow() && lastBytes) {
            result = decoder.flush(chars);
            ended = result.isUnderflow();
        }
        chars.flip();
        if (result.isError()) {
            invalidAt = bytesBefore + bytes.position();
            throw new CharacterCodingException();
        }
        if (!begun && chars.hasRemaining()) {
            begun = true;
            if (chars.get(chars.position()) == BYTE_ORDER_MARK) {
                chars.get();
            }
        }
    }

    /** Ends this reader. The owner of the stream closes the stream. */
    @Override
    public void close() {
        ended = true;
        chars.limit(chars.position());
    }
}
