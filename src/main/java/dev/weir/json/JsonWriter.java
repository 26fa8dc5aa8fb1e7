package dev.weir.json;

import java.math.BigDecimal;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes plain values as compact JSON. Written by hand, because it runs once per chunk of every stream.
 *
 * <p>Only control characters, quotes, backslashes and unpaired surrogates are escaped. Bytes become base64. A number that
 * JSON cannot express (NaN, infinities) becomes null.
 */
final class JsonWriter {
    private static final HexFormat HEX = HexFormat.of();
    /** Beyond this scale a decimal is written with an exponent: 1e999999999 is ten characters, not a gigabyte. */
    private static final int LARGEST_PLAIN_SCALE = 40;
    /** Whole doubles up to this value are written without a fraction. */
    private static final double LARGEST_WHOLE = 1L << 53;

    private JsonWriter() {}

    static void write(@Nullable Object value, StringBuilder json) {
        if (value == null) {
            json.append("null");
        } else if (value instanceof String text) {
            writeText(text, json);
        } else if (value instanceof Number number) {
            writeNumber(number, json);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(map, json);
        } else if (value instanceof List<?> list) {
            writeList(list, json);
        } else if (value instanceof Boolean) {
            json.append(value);
        } else if (value instanceof byte[] bytes) {
            json.append('"').append(Base64.getEncoder().encodeToString(bytes)).append('"');
        } else {
            throw new IllegalArgumentException("not a plain value: " + value.getClass());
        }
    }

    private static void writeMap(Map<?, ?> map, StringBuilder json) {
        json.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                json.append(',');
            }
            first = false;
            writeText(String.valueOf(entry.getKey()), json);
            json.append(':');
            write(entry.getValue(), json);
        }
        json.append('}');
    }

    private static void writeList(List<?> list, StringBuilder json) {
        json.append('[');
        boolean first = true;
        for (Object element : list) {
            if (!first) {
                json.append(',');
            }
            first = false;
            write(element, json);
        }
        json.append(']');
    }

    private static void writeNumber(Number number, StringBuilder json) {
        if (number instanceof Double || number instanceof Float) {
            writeDouble(number, json);
        } else if (number instanceof BigDecimal decimal && Math.abs((long) decimal.scale()) <= LARGEST_PLAIN_SCALE) {
            json.append(decimal.toPlainString());
        } else {
            json.append(number);
        }
    }

    private static void writeDouble(Number number, StringBuilder json) {
        double value = number.doubleValue();
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            json.append("null");
        } else if (value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE) {
            json.append((long) value);
        } else {
            json.append(number);
        }
    }

    private static void writeText(String text, StringBuilder json) {
        json.append('"');
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            json.append(text, copied, i);
            writeEscape(c, json);
            copied = i + 1;
        }
        json.append(text, copied, text.length()).append('"');
    }

    private static void writeEscape(char c, StringBuilder json) {
        json.append('\\');
        switch (c) {
            case '"', '\\' -> json.append(c);
            case '\n' -> json.append('n');
            case '\r' -> json.append('r');
            case '\t' -> json.append('t');
            case '\b' -> json.append('b');
            case '\f' -> json.append('f');
            default -> json.append('u').append(HEX.toHexDigits(c));
        }
    }
}
