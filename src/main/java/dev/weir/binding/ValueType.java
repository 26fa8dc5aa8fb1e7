package dev.weir.binding;

import dev.weir.json.Scalars;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The type after {@code as}: {@code type/subtype;format}, as written.
 *
 * @param name such as {@code text}, {@code select}, {@code image}
 * @param subtype such as the options of {@code select}; empty if there is none
 * @param format such as {@code base64}, {@code sse-text}; empty if there is none
 */
public record ValueType(String name, String subtype, String format) {
    /** The type of a text, also of a value whose type nothing tells. */
    public static final ValueType STRING = new ValueType("string", "", "");

    static final ValueType BOOLEAN = new ValueType("boolean", "", "");
    private static final ValueType INTEGER = new ValueType("integer", "", "");
    private static final ValueType NUMBER = new ValueType("number", "", "");

    /** Returns the type of a constant: string, boolean, integer or number. Null for null, a list and a map. */
    static @Nullable ValueType ofConstant(@Nullable Object value) {
        if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
            return INTEGER;
        }
        if (value instanceof Number) {
            return NUMBER;
        }
        return value instanceof Boolean ? BOOLEAN : value instanceof String ? STRING : null;
    }

    /**
     * Returns the reason why a value is not of this type: {@code it must be one of a, b}; empty if it is. Null is of every
     * type.
     */
    public Optional<String> fault(@Nullable Object value) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            Conversions.of(this).apply(value);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            boolean told = e.getMessage() != null && !(e instanceof NumberFormatException);
            return Optional.of(told ? String.valueOf(e.getMessage()) : "it must be of type " + name);
        }
    }

    /** {@code min}, {@code max} and {@code step} of a slider, as far as they are given; empty for other types. */
    public List<Number> range() {
        return name.equals("slider")
                ? options().stream()
                        .map(option -> (Number) Scalars.resolve(option))
                        .toList()
                : List.of();
    }

    /** Returns the comma-separated parts of the subtype, without their quotes. */
    public List<String> options() {
        List<String> options = new ArrayList<>();
        int start = 0;
        char quote = 0;
        for (int i = 0; i <= subtype.length(); i++) {
            char c = i == subtype.length() ? ',' : subtype.charAt(i);
            if (quote != 0 && i < subtype.length()) {
                quote = c == quote ? 0 : quote;
            } else if (c == ',') {
                options.add(unquoted(subtype.substring(start, i)));
                start = i + 1;
            } else if ((c == '\'' || c == '"') && i == start) {
                quote = c;
            }
        }
        return subtype.isEmpty() ? List.of() : List.copyOf(options);
    }

    private static String unquoted(String part) {
        boolean quoted = part.length() > 1
                && (part.startsWith("'") || part.startsWith("\""))
                && part.charAt(part.length() - 1) == part.charAt(0);
        return quoted ? part.substring(1, part.length() - 1) : part;
    }

    @Override
    public String toString() {
        return name + (subtype.isEmpty() ? "" : "/" + subtype) + (format.isEmpty() ? "" : ";" + format);
    }
}
