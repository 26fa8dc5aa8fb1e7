package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads {@code multipart/form-data} (RFC 7578, with the framing of RFC 2046) part by part, with one buffer and never a whole
 * part. Examines each byte once. Not thread-safe.
 *
 * <p>A delimiter is CRLF, two hyphens and the boundary. The search looks for the CR, which a boundary cannot contain. So the
 * bytes of a partial match need no second search. Bytes before the first delimiter and after the closing delimiter are skipped.
 *
 * <p>A malformed framing is {@link ErrorCode#MALFORMED_REQUEST}; the message names the part's number or the byte's position.
 */
final class MultipartReader {
    static final int MAX_HEADER_BYTES = 8192;

    private static final int MAX_BOUNDARY_LENGTH = 70;
    private static final int BUFFER_BYTES = 16_384;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final InputStream in;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    /** The number of body bytes that have left the buffer. Negative at first: a CRLF is put before the body. */
    private long passed = -LINE_END.length;

    private boolean ended;
    private Content content = new Content();
    private int parts;

    /**
     * Reads from {@code in}, which the caller closes.
     *
     * @param boundary the content type's parameter, without the hyphens that precede it in the body
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} if the boundary is no valid one
     */
    MultipartReader(InputStream in, String boundary) {
        if (boundary.isEmpty() || boundary.length() > MAX_BOUNDARY_LENGTH || !boundary.matches("[\\x20-\\x7e]*[!-~]")) {
            throw malformed("its boundary must be 1 to " + MAX_BOUNDARY_LENGTH + " printable ASCII characters");
        }
        this.in = in;
        delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(LINE_END, 0, buffer, 0, LINE_END.length);
        to = LINE_END.length;
    }

    /**
     * One part. Its content is readable until the next part is requested.
     *
     * @param number counted from 1
     */
    record Part(int number, PartHeaders headers, InputStream content) {}

    /** The next part; empty after the closing delimiter. Skips unread content of the previous part. */
    Optional<Part> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        content.transferTo(OutputStream.nullOutputStream());
        skip(delimiter.length);
        if (startsWith("--")) {
            ended = true;
            in.transferTo(OutputStream.nullOutputStream());
            return Optional.empty();
        }
        endOfDelimiter();
        parts++;
        PartHeaders headers = PartHeaders.parse(headerBlock(), parts);
        content = new Content();
        return Optional.of(new Part(parts, headers, content));
    }

    /** Skips the rest of a delimiter's line, which may contain padding. */
    private void endOfDelimiter() throws IOException {
        while (has(1) && (buffer[from] == ' ' || buffer[from] == '\t')) {
            skip(1);
        }
        if (!startsWith("\r\n")) {
            throw malformed("at byte " + (passed + from) + " its boundary is followed by neither a line end nor --");
        }
        skip(LINE_END.length);
    }

    /** The lines before the empty line, each with its CRLF. The empty line is skipped. */
    private String headerBlock() throws IOException {
        int length = 0;
        while (!emptyLineAt(length)) {
            length++;
            if (length > MAX_HEADER_BYTES) {
                throw malformed(
                        "the headers of part " + parts + " are too long (at most " + MAX_HEADER_BYTES + " bytes)");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("the headers of part " + parts + " are not UTF-8");
        } finally {
            skip(length + LINE_END.length);
        }
    }

    private boolean emptyLineAt(int offset) throws IOException {
        if (!has(offset + LINE_END.length)) {
            throw malformed("it ends inside the headers of part " + parts);
        }
        boolean lineBegins =
                offset == 0 || (offset > 1 && buffer[from + offset - 1] == '\n' && buffer[from + offset - 2] == '\r');
        return lineBegins && buffer[from + offset] == '\r' && buffer[from + offset + 1] == '\n';
    }

    private boolean startsWith(String text) throws IOException {
        if (!has(text.length())) {
            throw malformed("it ends inside a boundary");
        }
        for (int i = 0; i < text.length(); i++) {
            if (buffer[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void skip(int bytes) {
        from += bytes;
    }

    /** True if that many bytes are in the buffer, or could be read into it. */
    private boolean has(int bytes) throws IOException {
        while (to - from < bytes) {
            if (to == buffer.length) {
                System.arraycopy(buffer, from, buffer, 0, to - from);
                passed += from;
                to -= from;
                from = 0;
            }
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                return false;
            }
            to += read;
        }
        return true;
    }

    private static WeirException malformed(String how) {
        return new WeirException(ErrorCode.MALFORMED_REQUEST, "the multipart body is malformed: " + how);
    }

    /** The bytes before the next delimiter, which stays in the buffer. */
    private final class Content extends InputStream {
        /** The number of bytes from {@code from} on that are certainly content. */
        private int clear;

        private boolean atEnd;

        @Override
        public int read() throws IOException {
            return find() ? take() : -1;
        }

        private int take() {
            clear--;
            return buffer[from++] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!find()) {
                return -1;
            }
            int count = Math.min(length, clear);
            System.arraycopy(buffer, from, bytes, offset, count);
            from += count;
            clear -= count;
            return count;
        }

        /** Reads until the buffer has content; false at the delimiter. */
        private boolean find() throws IOException {
            while (clear == 0 && !atEnd) {
                if (!has(delimiter.length)) {
                    throw malformed(parts == 0 ? "its boundary is nowhere in it" : "it ends inside part " + parts);
                }
                clear = upToDelimiter();
                atEnd = clear == 0;
            }
            return !atEnd;
        }

        /** The number of bytes before the first position where a delimiter stands or may begin. */
        private int upToDelimiter() {
            int at = from;
            while (at < to) {
                if (buffer[at] == delimiter[0]) {
                    int same = 1;
                    int most = Math.min(delimiter.length, to - at);
                    while (same < most && buffer[at + same] == delimiter[same]) {
                        same++;
                    }
                    if (same == most) {
                        return at - from;
                    }
                    at += same;
                } else {
                    at++;
                }
            }
            return at - from;
        }
    }
}
