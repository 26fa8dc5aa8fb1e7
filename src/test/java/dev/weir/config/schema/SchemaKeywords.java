package dev.weir.config.schema;

import dev.weir.Durations;
import dev.weir.config.Rate;
import dev.weir.config.reader.ParameterRule;
import dev.weir.config.reader.Section;
import dev.weir.config.reader.Shapes;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The part of JSON Schema that the configuration needs. Every number, boolean and word may also be a text that refers to
 * environment variables; hence the patterns beside the types.
 */
final class SchemaKeywords {
    private static final String EXPRESSION = "\\$\\{";
    /** The message of editors for a text that breaks the pattern; other tools ignore it. */
    private static final String MESSAGE = "patternErrorMessage";

    private static final List<String> SCALARS = List.of("string", "number", "boolean");

    private SchemaKeywords() {}

    /** A schema, or a part of one, from keywords and their values in turn; they keep this order. */
    static Map<String, Object> schema(Object... keywordsAndValues) {
        Map<String, Object> schema = new LinkedHashMap<>();
        for (int i = 0; i < keywordsAndValues.length; i += 2) {
            schema.put((String) keywordsAndValues[i], keywordsAndValues[i + 1]);
        }
        return schema;
    }

    static Map<String, Object> ref(String definition) {
        return schema("$ref", "#/$defs/" + definition);
    }

    static Map<String, Object> anyOf(Object... schemas) {
        return schema("anyOf", List.of(schemas));
    }

    static Map<String, Object> oneOf(Object... schemas) {
        return schema("oneOf", List.of(schemas));
    }

    static Map<String, Object> required(String... keys) {
        return schema("required", List.of(keys));
    }

    /** At least one of the keys. */
    static Map<String, Object> requiredAny(String... keys) {
        return schema("anyOf", each(keys));
    }

    /** Exactly one of the keys. */
    static Map<String, Object> requiredOne(String... keys) {
        return schema("oneOf", each(keys));
    }

    private static List<Object> each(String... keys) {
        return Arrays.stream(keys).<Object>map(SchemaKeywords::required).toList();
    }

    static Map<String, Object> forbidden(String... keys) {
        Map<String, Object> none = new LinkedHashMap<>();
        Arrays.stream(keys).forEach(key -> none.put(key, false));
        return schema("properties", none);
    }

    static Map<String, Object> when(Object condition, Object consequence) {
        return schema("if", condition, "then", consequence);
    }

    /** The key exists with one of those values. */
    static Map<String, Object> has(String key, String... values) {
        return schema("properties", schema(key, schema("enum", List.of(values))), "required", List.of(key));
    }

    /** Any value, with expressions in its texts. */
    static Map<String, Object> template() {
        return schema();
    }

    static Map<String, Object> text() {
        return schema("type", SCALARS);
    }

    static Map<String, Object> texts() {
        return schema("type", List.of("string", "number", "boolean", "array"), "items", text());
    }

    /** A command as a list of words, or a list of commands. */
    static Map<String, Object> commands() {
        return schema("type", "array", "items", texts());
    }

    static Map<String, Object> flag() {
        return schema(
                "type",
                List.of("boolean", "string"),
                "pattern",
                EXPRESSION + "|^\\s*" + anyCase(Section.BOOLEANS.keySet()),
                MESSAGE,
                "must be true or false");
    }

    static Map<String, Object> duration() {
        return schema(
                "type",
                List.of("number", "string"),
                "minimum",
                0,
                "exclusiveMaximum",
                1_000_000_000,
                "pattern",
                EXPRESSION + "|^\\s*(" + Durations.PATTERN.pattern() + ")\\s*$",
                MESSAGE,
                "not a span of time; " + Durations.EXAMPLES);
    }

    static Map<String, Object> rate() {
        return schema(
                "type",
                "string",
                "pattern",
                EXPRESSION + "|^\\s*(" + Rate.PATTERN.pattern() + ")\\s*$",
                MESSAGE,
                "not a rate; " + Rate.EXAMPLES);
    }

    /** A secret, which must be a reference to an environment variable. */
    static Map<String, Object> fromEnvironment() {
        return schema(
                "type", "string", "pattern", "\\$\\{env\\.", MESSAGE, "must come from the environment: ${env.NAME}");
    }

    static Map<String, Object> whole(int minimum, int maximum) {
        Map<String, Object> whole = schema("type", List.of("integer", "string"), "minimum", minimum);
        if (maximum < Integer.MAX_VALUE) {
            whole.put("maximum", maximum);
        }
        whole.put("pattern", EXPRESSION + "|^\\s*\\+?[0-9]+\\s*$");
        whole.put(MESSAGE, "must be a whole number");
        return whole;
    }

    static Map<String, Object> number(String minimumKeyword, int minimum, int maximum) {
        return schema(
                "type",
                List.of("number", "string"),
                minimumKeyword,
                minimum,
                "maximum",
                maximum,
                "pattern",
                EXPRESSION + "|^\\s*\\+?[0-9.]+\\s*$",
                MESSAGE,
                "must be a number");
    }

    /** A parameter of a model: a value within the rule, or an expression. */
    static Map<String, Object> parameter(ParameterRule rule) {
        Map<String, Object> bounds = switch (rule) {
            case TRUTH -> ref("flag");
            case POOLING -> words(ParameterRule.POOLINGS);
            case TRUTH_OR_NEVER -> anyOf(ref("flag"), schema("enum", List.of(ParameterRule.NEVER)));
            case SEED -> schema("type", List.of("integer", "string"));
            case WHOLE_FROM_0 -> schema("type", List.of("integer", "string"), "minimum", 0);
            case WHOLE_FROM_1 -> schema("type", List.of("integer", "string"), "minimum", 1);
            case TOP_K -> schema("type", List.of("integer", "string"), "minimum", 0, "maximum", 1_000_000);
            case NGRAM_SIZE -> schema("type", List.of("integer", "string"), "minimum", 0, "maximum", 1000);
            case TEMPERATURE -> schema("type", List.of("number", "string"), "minimum", 0, "maximum", 10_000_000_000L);
            case PROBABILITY -> schema("type", List.of("number", "string"), "minimum", 0, "maximum", 1);
            case REPETITION_PENALTY ->
                schema(
                        "type",
                        List.of("number", "string"),
                        "minimum",
                        new BigDecimal("0.000001"),
                        "maximum",
                        1_000_000);
            case LENGTH_PENALTY -> schema("type", List.of("number", "string"), "minimum", -100, "maximum", 100);
        };
        if (bounds.containsKey("type")) {
            bounds.put("pattern", EXPRESSION);
            bounds.put(MESSAGE, "must be a number, or an expression such as ${input.x}");
        }
        return bounds;
    }

    /** One of a closed set of words. */
    static Map<String, Object> words(Collection<?> words) {
        return anyOf(schema("enum", words.stream().map(Object::toString).toList()), expression());
    }

    /** One of a closed set of words, whatever their case. */
    static Map<String, Object> wordsOfAnyCase(Collection<String> words) {
        return anyOf(
                schema("enum", List.copyOf(words)),
                schema("type", "string", "pattern", EXPRESSION + "|^" + anyCase(words)));
    }

    /** A text that one of the patterns matches completely; a number or a boolean counts as its text. */
    static Map<String, Object> matching(String... patterns) {
        return schema(
                "type",
                SCALARS,
                "pattern",
                Arrays.stream(patterns)
                        .map(pattern -> "|^(" + pattern + ")$")
                        .collect(Collectors.joining("", EXPRESSION, "")));
    }

    static Map<String, Object> expression() {
        return schema("type", "string", "pattern", EXPRESSION);
    }

    static Map<String, Object> mappingOf(Object values) {
        return schema("type", "object", "additionalProperties", values);
    }

    /** The input of {@link Section#mappings}: a list of mappings, or one mapping. */
    static Map<String, Object> oneOrList(String definition) {
        return anyOf(ref(definition), schema("type", "array", "items", ref(definition)));
    }

    /** The input of {@link Shapes#items} under a singular key. */
    static Map<String, Object> singular(String definition) {
        return anyOf(ref(definition), list(definition));
    }

    /** The input of {@link Shapes#items} under a plural key. */
    static Map<String, Object> plural(String definition) {
        Map<String, Object> keyed = when(ref("keyed"), schema("additionalProperties", ref(definition)));
        keyed.put("else", ref(definition));
        keyed.put("type", "object");
        return anyOf(list(definition), keyed);
    }

    /** A mapping keyed by id. A single item is excluded: no key may be a key that only an item can have. */
    static Map<String, Object> keyed() {
        Map<String, Object> own = new LinkedHashMap<>();
        Shapes.OWN_KEYS.stream().sorted().forEach(key -> own.put(key, schema("type", "object")));
        return schema("properties", own);
    }

    /** A list in which at most one item lacks an id. */
    private static Map<String, Object> list(String definition) {
        return schema(
                "type",
                "array",
                "items",
                ref(definition),
                "contains",
                schema("not", required("id")),
                "minContains",
                0,
                "maxContains",
                1);
    }

    /** A pattern of words in any case, to the end of the text: JSON Schema has no flag for that. */
    private static String anyCase(Collection<String> words) {
        return words.stream()
                .sorted()
                .map(word -> word.chars().mapToObj(SchemaKeywords::anyCase).collect(Collectors.joining()))
                .collect(Collectors.joining("|", "(", ")\\s*$"));
    }

    private static String anyCase(int letter) {
        return "[" + Character.toString(Character.toUpperCase(letter))
                + Character.toString(Character.toLowerCase(letter)) + "]";
    }
}
