package dev.weir.binding;

import dev.weir.Suggestion;
import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import dev.weir.json.Numbers;
import dev.weir.json.Scalars;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The types that may follow {@code as}, and their conversions. */
final class Conversions {
    /** Every type's name, in the order in which messages list them. */
    static final List<String> TYPES = List.of(
            "text",
            "string",
            "markdown",
            "number",
            "integer",
            "boolean",
            "json",
            "list",
            "object",
            "object[]",
            "base64",
            "image",
            "audio",
            "video",
            "file",
            "select",
            "slider");

    private static final Set<String> TRUE_WORDS = Set.of("true", "1", "yes", "on");
    private static final Set<String> FALSE_WORDS = Set.of("false", "0", "no", "off", "");
    private static final Set<String> MEDIA = Set.of("image", "audio", "video", "file");
    private static final Set<String> STREAM_FORMATS = Set.of("sse-text", "sse-json");
    private static final Set<String> MEDIA_FORMATS = Set.of("base64", "url", "path");
    private static final Map<String, String> ALIASES =
            Map.of("int", "integer", "float", "number", "bool", "boolean", "str", "text");

    /** Turns a value into what {@code as} asks for. */
    @FunctionalInterface
    interface Conversion {
        /**
         * The converted value; {@code value} is not null, the result may be.
         *
         * @throws IllegalArgumentException if it cannot be done; a message, where there is one, tells why
         */
        @Nullable
        Object apply(Object value);
    }

    private Conversions() {}

    /**
     * Returns the canonical form of a type: {@code sse-text} and {@code stream/text} become {@code text;sse-text}, and
     * {@code int} becomes {@code integer}.
     */
    static ValueType canonical(ValueType type) {
        return switch (type.toString()) {
            case "sse-text", "stream/text" -> new ValueType("text", "", "sse-text");
            case "sse-json", "stream/json" -> new ValueType("text", "", "sse-json");
            default -> {
                String element = elementName(type);
                String alias = ALIASES.get(element);
                yield alias == null
                        ? type
                        : new ValueType(alias + type.name().substring(element.length()), type.subtype(), type.format());
            }
        };
    }

    /** The name of a type, or of its elements for {@code type[]}. */
    private static String elementName(ValueType type) {
        return type.name().endsWith("[]") ? type.name().substring(0, type.name().length() - 2) : type.name();
    }

    /** Whether the type, or the type of the elements, is that of a file's content. */
    static boolean isMedia(ValueType type) {
        return MEDIA.contains(elementName(type));
    }

    /**
     * Returns the conversion to a type. Checks the type's subtype and format.
     *
     * @throws IllegalArgumentException if the type, the subtype or the format does not exist; see {@link #remedy}
     */
    static Conversion of(ValueType type) {
        String element = elementName(type);
        boolean known = type.format().isEmpty()
                || (!MEDIA.contains(element) && STREAM_FORMATS.contains(type.format()))
                || (MEDIA.contains(element) && MEDIA_FORMATS.contains(type.format()));
        if (!known && TYPES.contains(element)) {
            throw new IllegalArgumentException("there is no format '" + type.format() + "' of " + type.name());
        }
        return switch (type.name()) {
            case "text", "string", "markdown" -> text(type);
            case "number" -> Conversions::number;
            case "integer" -> value -> Numbers.truncate(number(value));
            case "boolean" -> Conversions::bool;
            case "json" -> Conversions::json;
            case "list" -> ListConversions::list;
            case "object" -> ListConversions.object(type);
            case "object[]" -> ListConversions.objects(type);
            case "base64" -> Conversions::base64;
            case "image", "audio", "video", "file" -> media(type);
            case "select" -> select(type);
            case "slider" -> Slider.of(type);
            default -> eachOf(type);
        };
    }

    /** Returns the remedy, for messages, for a type without a conversion. */
    static String remedy(ValueType type) {
        String element = elementName(type);
        if (!type.format().isEmpty() && TYPES.contains(element)) {
            return MEDIA.contains(element)
                    ? "the formats are base64, url and path"
                    : "the formats are sse-text and sse-json";
        }
        return switch (type.name()) {
            case "select" -> "write them as select/small,large";
            case "slider" -> "write it as slider/0,1,0.1";
            default -> Suggestion.remedy(type.name(), TYPES, "the types are " + String.join(", ", TYPES));
        };
    }

    /** {@code type[]}: a list with each element converted. A single value becomes a list of one element. */
    private static Conversion eachOf(ValueType type) {
        String name = type.name();
        if (!name.endsWith("[]")) {
            throw new IllegalArgumentException("there is no type '" + name + "'");
        }
        return ListConversions.each(of(new ValueType(elementName(type), type.subtype(), type.format())));
    }

    /** The format {@code sse-json} leaves values unchanged: the wire writes them as JSON. */
    private static Conversion text(ValueType type) {
        return type.format().equals("sse-json") ? value -> value : Conversions::text;
    }

    private static Object text(Object value) {
        return value instanceof byte[] bytes ? decoded(bytes) : Values.text(value);
    }

    private static String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("they are not UTF-8", e);
        }
    }

    static Number number(Object value) {
        return value instanceof Boolean truth ? (truth ? 1 : 0) : Numbers.of(value);
    }

    /** Bounds the work for a text: every word for a boolean is shorter. */
    private static final int LONGEST_WORD = 16;

    private static Object bool(Object value) {
        if (value instanceof Boolean) {
            return value;
        }
        if (value instanceof Number) {
            return Values.isTrue(value);
        }
        if (value instanceof String text && text.strip().length() <= LONGEST_WORD) {
            String word = text.strip().toLowerCase(Locale.ROOT);
            if (TRUE_WORDS.contains(word) || FALSE_WORDS.contains(word)) {
                return TRUE_WORDS.contains(word);
            }
        }
        throw new IllegalArgumentException();
    }

    static @Nullable Object json(Object value) {
        try {
            if (value instanceof String text) {
                return Json.parse(text);
            }
            return value instanceof byte[] bytes ? Json.parse(bytes) : value;
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException(e.detail(), e);
        }
    }

    private static Object base64(Object value) {
        if (value instanceof byte[] bytes) {
            return Values.base64(bytes);
        }
        if (value instanceof String text) {
            return Values.base64(text.getBytes(StandardCharsets.UTF_8));
        }
        throw new IllegalArgumentException();
    }

    /** Media stay unchanged, bytes or text. The format {@code base64} encodes bytes and checks text. */
    private static Conversion media(ValueType type) {
        boolean base64 = type.format().equals("base64");
        return value -> {
            if (value instanceof byte[] bytes) {
                return base64 ? Values.base64(bytes) : bytes;
            }
            if (value instanceof String text) {
                return base64 ? checked(text) : text;
            }
            throw new IllegalArgumentException();
        };
    }

    /** Checks base64 text and returns it; of a {@code data:} URL, returns the base64 part. */
    private static String checked(String text) {
        int comma = text.startsWith("data:") ? text.indexOf(',') : -1;
        String encoded = text.substring(comma + 1);
        Base64.getMimeDecoder().decode(encoded);
        return encoded;
    }

    private static Conversion select(ValueType type) {
        List<String> options = type.options();
        if (options.isEmpty()) {
            throw new IllegalArgumentException("select has no options");
        }
        return value -> {
            if (!options.contains(Values.text(value))) {
                throw new IllegalArgumentException("it must be one of " + String.join(", ", options));
            }
            return value;
        };
    }

    /**
     * A number within a range: {@code slider/min,max,step}.
     *
     * @param step the step of an input control; not checked, 0 if none is given
     */
    private record Slider(Number minimum, Number maximum, Number step) implements Conversion {

        /**
         * The range that a type declares.
         *
         * @throws IllegalArgumentException if it declares none
         */
        static Slider of(ValueType type) {
            List<Object> numbers = type.options().stream().map(Scalars::resolve).toList();
            if (numbers.size() < 2
                    || numbers.size() > 3
                    || !numbers.stream().allMatch(number -> number instanceof Number n && Numbers.isFinite(n))
                    || Numbers.compare((Number) numbers.get(0), (Number) numbers.get(1)) > 0) {
                throw new IllegalArgumentException("slider has no range from low to high");
            }
            return new Slider(
                    (Number) numbers.get(0),
                    (Number) numbers.get(1),
                    numbers.size() == 3 ? (Number) numbers.get(2) : Integer.valueOf(0));
        }

        @Override
        public Object apply(Object value) {
            Number number = number(value);
            if (Numbers.compare(number, minimum) < 0 || Numbers.compare(number, maximum) > 0) {
                throw new IllegalArgumentException(
                        "it must be from " + Values.text(minimum) + " to " + Values.text(maximum));
            }
            return number;
        }
    }
}
