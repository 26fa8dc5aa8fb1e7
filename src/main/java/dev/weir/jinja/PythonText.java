package dev.weir.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's text form of values, and its definition of white space. */
final class PythonText {
    private static final int SHOWN = 100;

    private PythonText() {}

    /** Returns Python's {@code str(value)}. */
    static String of(@Nullable Object value, Budget budget) {
        return value instanceof String text ? text : value instanceof Undefined ? "" : repr(value, budget);
    }

    /** Returns Python's {@code repr(value)}, with texts in quotes. */
    static String repr(@Nullable Object value, Budget budget) {
        TextBuffer text = new TextBuffer(budget);
        append(value, text);
        return text.toString();
    }

    /** Returns a value for a message: a shortened text, a number or a truth value; for other values the type. */
    static String shown(@Nullable Object value) {
        if (value instanceof String text) {
            return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        }
        return value instanceof Number || value instanceof Boolean ? value.toString() : kind(value);
    }

    private static void append(@Nullable Object value, TextBuffer text) {
        if (value == null) {
            text.append("None");
        } else if (value instanceof String string) {
            quote(string, text);
        } else if (value instanceof Boolean truth) {
            text.append(truth ? "True" : "False");
        } else if (value instanceof Double number) {
            text.append(number(number));
        } else if (value instanceof Long) {
            text.append(value.toString());
        } else if (value instanceof List<?> list) {
            text.budget().enter();
            appendList(list, text);
            text.budget().leave();
        } else if (value instanceof Map<?, ?> map) {
            text.budget().enter();
            appendMap(map, text);
            text.budget().leave();
        } else {
            text.append(value instanceof Undefined ? "Undefined" : "<" + kind(value) + ">");
        }
    }

    private static void appendList(List<?> list, TextBuffer text) {
        boolean tuple = list instanceof Tuple;
        String separator = tuple ? "(" : "[";
        for (Object element : list) {
            text.append(separator);
            append(element, text);
            separator = ", ";
        }
        if (list.isEmpty()) {
            text.append(separator);
        }
        text.append(tuple ? (list.size() == 1 ? ",)" : ")") : "]");
    }

    private static void appendMap(Map<?, ?> map, TextBuffer text) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(separator);
            append(entry.getKey(), text);
            text.append(": ");
            append(entry.getValue(), text);
            separator = ", ";
        }
        text.append(map.isEmpty() ? "{}" : "}");
    }

    /** Returns the name of a value's type in Python's messages. */
    static String kind(@Nullable Object value) {
        if (value == null) {
            return "NoneType";
        }
        if (value instanceof JinjaFunction) {
            return "function";
        }
        return value instanceof String
                ? "str"
                : value instanceof Boolean
                        ? "bool"
                        : value instanceof Long
                                ? "int"
                                : value instanceof Double
                                        ? "float"
                                        : value instanceof List
                                                ? (value instanceof Tuple ? "tuple" : "list")
                                                : value instanceof Map
                                                        ? "dict"
                                                        : value.getClass().getSimpleName();
    }

    /**
     * Formats a number with the shortest digits that parse to the same double, and with an exponent below 1e-4 and from 1e16 on.
     */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = digits.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String mantissa = digits.movePointLeft(exponent).toPlainString();
        return mantissa + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    private static void quote(String string, TextBuffer text) {
        char quote = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
        text.append(quote);
        string.codePoints().forEach(c -> {
            int named = "\n\r\t".indexOf(c);
            if (c == quote || c == '\\') {
                text.append('\\').append((char) c);
            } else if (named >= 0) {
                text.append('\\').append("nrt".charAt(named));
            } else if (isPrintable(c)) {
                text.appendCodePoint(c);
            } else {
                text.append(String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
            }
        });
        text.append(quote);
    }

    private static boolean isPrintable(int character) {
        return character == ' '
                || switch (Character.getType(character)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR -> false;
                    default -> true;
                };
    }

    static boolean isSpace(int character) {
        return (character >= '\t' && character <= '\r')
                || (character >= 0x1c && character <= ' ')
                || character == 0x85
                || Character.isSpaceChar(character);
    }

    static boolean isSpace(String text) {
        return text.codePoints().allMatch(PythonText::isSpace);
    }

    /** Returns {@code text} without the characters of {@code set} at its ends; without white space if {@code set} is null. */
    static String strip(String text, @Nullable String set, boolean left, boolean right, Budget budget) {
        int from = 0;
        int to = text.length();
        while (left && from < to && isStripped(text.codePointAt(from), set, budget)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && isStripped(text.codePointBefore(to), set, budget)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return cut(text, from, to, budget);
    }

    /** Returns {@code text} without white space at its end. */
    static String trimmedRight(String text) {
        int to = text.length();
        while (to > 0 && isSpace(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(0, to);
    }

    /** Returns a part of a text; the text itself if the part is the whole. */
    static String cut(String text, int from, int to, Budget budget) {
        if (from == 0 && to == text.length()) {
            return text;
        }
        budget.text((long) to - from);
        return text.substring(from, to);
    }

    private static boolean isStripped(int character, @Nullable String set, Budget budget) {
        budget.charge(set == null ? 1 : 1L + set.length());
        return set == null ? isSpace(character) : set.indexOf(character) >= 0;
    }
}
