package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.protocol.StreamMarks;
import dev.weir.component.http.protocol.StreamProtocols;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Splits JSON text as bytes arrive: one document; several documents, also separated by lines or by the record separator of
 * RFC 7464; or one array with its elements as payloads. Only brackets and quotes are counted: the reader of a payload finds
 * syntax errors.
 *
 * <p>Payloads may end the stream or report its failure, see {@link StreamProtocols} and {@code ReportedFailures}.
 */
final class JsonDecoder implements BodyDecoder {
    private static final byte RECORD_SEPARATOR = 0x1E;
    private static final int BYTE_ORDER_MARK_BYTES = 3;

    private final BodyLimits limits;
    private final StreamMarks words;
    private final HeldBytes held = new HeldBytes();
    private int at;
    private Place place = Place.BEGINNING;
    /** The values are the elements of an array. */
    private boolean array;

    private int values;
    private int depth;
    private boolean quoted;
    private boolean escaped;
    private boolean ended;
    private boolean closed;

    private enum Place {
        BEGINNING,
        /** A value may follow. */
        BEFORE_VALUE,
        /** After the opening bracket: a value or the closing bracket follows. */
        BEFORE_FIRST,
        /** After a comma: a value follows. */
        BEFORE_ELEMENT,
        /** A comma or the end of the array follows. */
        AFTER_ELEMENT,
        AFTER_ARRAY,
        IN_CONTAINER,
        IN_SCALAR
    }

    /**
     * Makes a decoder of one body.
     *
     * @param json whether each payload must be JSON
     */
    JsonDecoder(BodyLimits limits, boolean json) {
        this.limits = limits;
        this.words = new StreamMarks(json);
    }

    @Override
    public void add(ByteBuffer piece) {
        at -= held.add(piece);
    }

    @Override
    public @Nullable Object next() {
        while (!closed && !words.isDone()) {
            String value = value();
            if (value == null) {
                return null;
            }
            if (words.read("", value)) {
                return value;
            }
        }
        return null;
    }

    @Override
    public boolean isDone() {
        return words.isDone();
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void close() {
        closed = true;
    }

    private @Nullable String value() {
        while (at < held.limit) {
            boolean complete = false;
            switch (place) {
                case IN_CONTAINER -> complete = container();
                case IN_SCALAR -> complete = scalar();
                default -> {
                    if (!between()) {
                        return null;
                    }
                }
            }
            throwIfTooLong();
            if (complete) {
                return taken();
            }
        }
        return ended ? last() : null;
    }

    /** Skips a byte between values, or begins a value at it. False when more bytes are needed to decide. */
    private boolean between() {
        byte next = held.array[at];
        if (place == Place.BEGINNING) {
            if (next == (byte) 0xEF) {
                return byteOrderMark();
            }
            place = Place.BEFORE_VALUE;
        }
        if (isBlank(next)) {
            skip();
        } else if (next == '[' && place == Place.BEFORE_VALUE && values == 0) {
            array = true;
            place = Place.BEFORE_FIRST;
            skip();
        } else if (next == ',' && place == Place.AFTER_ELEMENT) {
            place = Place.BEFORE_ELEMENT;
            skip();
        } else if (next == ']' && (place == Place.AFTER_ELEMENT || place == Place.BEFORE_FIRST)) {
            place = Place.AFTER_ARRAY;
            skip();
        } else {
            begin(next);
        }
        return true;
    }

    private boolean byteOrderMark() {
        if (held.limit - at < BYTE_ORDER_MARK_BYTES && !ended) {
            return false;
        }
        place = Place.BEFORE_VALUE;
        at = Math.min(held.limit, at + BYTE_ORDER_MARK_BYTES);
        held.start = at;
        return true;
    }

    private void begin(byte next) {
        if (place == Place.AFTER_ARRAY || place == Place.AFTER_ELEMENT || (array && (next == ',' || next == ']'))) {
            throw UpstreamErrors.malformed(
                    "the upstream's JSON array is followed by, or holds, bytes that are no part of it: " + shown(),
                    null);
        }
        held.start = at;
        place = next == '{' || next == '[' ? Place.IN_CONTAINER : Place.IN_SCALAR;
    }

    private void skip() {
        held.start = ++at;
    }

    private static boolean isBlank(byte next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t' || next == RECORD_SEPARATOR;
    }

    /** Scans to the end of an object or array. False when the end has not arrived. */
    private boolean container() {
        byte[] bytes = held.array;
        while (at < held.limit) {
            byte next = bytes[at++];
            if (quoted) {
                string(next);
            } else if (next == '"') {
                quoted = true;
            } else if (next == '{' || next == '[') {
                depth++;
            } else if ((next == '}' || next == ']') && --depth == 0) {
                return true;
            }
        }
        return false;
    }

    private void string(byte next) {
        if (escaped) {
            escaped = false;
        } else if (next == '\\') {
            escaped = true;
        } else if (next == '"') {
            quoted = false;
        }
    }

    /** Scans to the end of a string, number or literal: in an array to a delimiter, otherwise to the end of the line. */
    private boolean scalar() {
        while (at < held.limit) {
            byte next = held.array[at];
            if (quoted) {
                string(next);
            } else if (array ? next == ',' || next == ']' || isBlank(next) : next == '\n' || next == '\r') {
                return true;
            } else if (next == '"') {
                quoted = true;
            }
            at++;
        }
        return false;
    }

    private String taken() {
        String value = text();
        held.start = at;
        values++;
        quoted = false;
        escaped = false;
        place = array ? Place.AFTER_ELEMENT : Place.BEFORE_VALUE;
        return value;
    }

    private String text() {
        return new String(held.array, held.start, at - held.start, StandardCharsets.UTF_8);
    }

    /** The first value may be the whole document, for which the larger limit applies. */
    private void throwIfTooLong() {
        boolean document = values == 0 && !array;
        int most = document ? limits.maxAnswerBytes() : limits.maxEventBytes();
        if (at - held.start > most) {
            throw document
                    ? UpstreamErrors.tooLong("document", "weir.http.max-answer", most)
                    : UpstreamErrors.tooLong("JSON value", "weir.http.max-event", most);
        }
    }

    private @Nullable String last() {
        switch (place) {
            case IN_SCALAR -> {
                if (!array && !quoted) {
                    return taken();
                }
                throw UpstreamErrors.truncated("it ended inside a JSON value: " + shown(), null);
            }
            case IN_CONTAINER -> throw UpstreamErrors.truncated("it ended inside a JSON value: " + shown(), null);
            case BEFORE_FIRST, BEFORE_ELEMENT, AFTER_ELEMENT ->
                throw UpstreamErrors.truncated("it ended inside a JSON array", null);
            case BEGINNING, BEFORE_VALUE, AFTER_ARRAY -> words.end();
        }
        return null;
    }

    private String shown() {
        int length = Math.min(held.length(), UpstreamErrors.SHOWN_CHARACTERS + 1);
        return UpstreamErrors.cut(new String(held.array, held.start, length, StandardCharsets.UTF_8));
    }
}
