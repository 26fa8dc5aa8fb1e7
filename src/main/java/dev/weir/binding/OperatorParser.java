package dev.weir.binding;

import dev.weir.Suggestion;
import dev.weir.filter.regex.RegexSyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parses the maps of a template that are operators, and their conditions. */
final class OperatorParser {
    static final String CHOICE = "?";
    private static final String REPEAT = "*";
    private static final String SPLIT = "|";
    private static final String JOIN = "+";

    private static final Map<String, Condition.Operator> OPERATORS = Arrays.stream(Condition.Operator.values())
            .collect(Collectors.toMap(
                    Condition.Operator::toString, Function.identity(), (one, other) -> one, LinkedHashMap::new));
    private static final List<String> COMPARISON = List.of("input", "operator", "value");
    private static final List<String> BRANCH = List.of("input", "operator", "value", "if_true", "if_false");

    private final TemplateParser parser;

    OperatorParser(TemplateParser parser) {
        this.parser = parser;
    }

    /** Parses a map that is an operator. Returns null for another map. */
    @Nullable
    TemplateNode operator(Map<?, ?> map) {
        if (map.containsKey(REPEAT) && map.containsKey(SPLIT)) {
            parser.report("'*' and '|' stand in one mapping", "nest one of them in the other");
            return parser.fields(map);
        }
        if (map.containsKey(REPEAT)) {
            return repeat(map);
        }
        if (map.containsKey(SPLIT)) {
            return split(map);
        }
        if (map.size() == 1 && map.containsKey(JOIN)) {
            return new OperatorNode.Join(parser.within(JOIN, () -> parser.node(map.get(JOIN))));
        }
        return map.size() == 1 && map.containsKey(CHOICE) ? choice(map.get(CHOICE), false) : null;
    }

    /** Parses the value of {@code ?} beside other keys. */
    TemplateNode merged(@Nullable Object value) {
        return choice(value, true);
    }

    private static boolean isOperator(Map<?, ?> map) {
        return map.containsKey(REPEAT)
                || map.containsKey(SPLIT)
                || (map.size() == 1 && (map.containsKey(JOIN) || map.containsKey(CHOICE)));
    }

    private TemplateNode repeat(Map<?, ?> map) {
        Object value = map.get(REPEAT);
        TemplateNode source = parser.within(REPEAT, () -> source(value));
        Optional<Condition> where = parser.within(REPEAT, () -> parser.attempt(() -> where(value), Optional.empty()));
        Map<?, ?> fields = without(map, REPEAT);
        return new OperatorNode.Repeat(
                source, where.orElse(null), fields.isEmpty() ? null : parser.bindingItems(() -> parser.fields(fields)));
    }

    private TemplateNode source(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> keys) || isOperator(keys)) {
            return parser.node(value);
        }
        checked(keys, List.of("input", "where"));
        if (!keys.containsKey("input")) {
            parser.report("'input' is missing", "write the list, such as input: ${input.items}");
        }
        return parser.within("input", () -> parser.node(keys.get("input")));
    }

    private Optional<Condition> where(@Nullable Object value) {
        return value instanceof Map<?, ?> keys && !isOperator(keys) && keys.containsKey("where")
                ? Optional.of(parser.bindingItems(() -> condition("where", keys.get("where"))))
                : Optional.empty();
    }

    private TemplateNode split(Map<?, ?> map) {
        TemplateNode source = parser.within(SPLIT, () -> parser.node(map.get(SPLIT)));
        Map<?, ?> fields = without(map, SPLIT);
        if (fields.isEmpty()) {
            parser.report("'|' has no fields", "add a field such as name: ${item.name}");
        }
        if (fields.containsKey(TemplateNode.SPREAD_KEY) || fields.containsKey(CHOICE)) {
            parser.report("a field beside '|' has no name", "write fields such as name: ${item.name}");
        }
        return parser.bindingItems(() -> {
            Map<String, TemplateNode> nodes = new LinkedHashMap<>();
            fields.forEach((key, value) ->
                    nodes.put(String.valueOf(key), parser.within(String.valueOf(key), () -> parser.node(value))));
            return new OperatorNode.Split(source, nodes);
        });
    }

    private static Map<?, ?> without(Map<?, ?> map, String key) {
        Map<Object, @Nullable Object> others = new LinkedHashMap<>(map);
        others.remove(key);
        return others;
    }

    private TemplateNode choice(@Nullable Object value, boolean merges) {
        List<?> entries = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        List<OperatorNode.Choice.Branch> branches = new ArrayList<>();
        parser.within(CHOICE, () -> {
            for (int i = 0; i < entries.size(); i++) {
                Object entry = entries.get(i);
                Supplier<Optional<OperatorNode.Choice.Branch>> parsing =
                        () -> parser.attempt(() -> Optional.of(branch(entry)), Optional.empty());
                (value instanceof List ? parser.within(i, parsing) : parsing.get()).ifPresent(branches::add);
            }
            return branches;
        });
        return new OperatorNode.Choice(branches, merges);
    }

    private OperatorNode.Choice.Branch branch(@Nullable Object entry) {
        Map<?, ?> keys = mapping("a condition of '?'", entry);
        checked(keys, BRANCH);
        return new OperatorNode.Choice.Branch(comparison(keys), result(keys, "if_true"), result(keys, "if_false"));
    }

    private @Nullable TemplateNode result(Map<?, ?> keys, String key) {
        return keys.containsKey(key) ? parser.within(key, () -> parser.node(keys.get(key))) : null;
    }

    private Condition condition(Object step, @Nullable Object value) {
        return parser.within(step, () -> {
            Map<?, ?> keys = mapping("a condition", value);
            if (keys.containsKey("all")) {
                checked(keys, List.of("all"));
                return new Condition.All(conditions("all", keys.get("all")));
            }
            if (keys.containsKey("any")) {
                checked(keys, List.of("any"));
                return new Condition.Any(conditions("any", keys.get("any")));
            }
            if (keys.containsKey("not")) {
                checked(keys, List.of("not"));
                return new Condition.Not(condition("not", keys.get("not")));
            }
            checked(keys, COMPARISON);
            return comparison(keys);
        });
    }

    private List<Condition> conditions(String key, @Nullable Object value) {
        List<?> list = value instanceof List<?> several ? several : List.of(mapping("a condition", value));
        return parser.within(key, () -> {
            List<Condition> conditions = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                int position = i;
                parser.attempt(() -> Optional.of(condition(position, list.get(position))), Optional.<Condition>empty())
                        .ifPresent(conditions::add);
            }
            return conditions;
        });
    }

    private Condition comparison(Map<?, ?> keys) {
        if (!keys.containsKey("input")) {
            parser.report("'input' is missing", "write what is compared, such as input: ${item.name}");
        }
        Template input = parser.template("input", keys.get("input"));
        Template value = keys.containsKey("value") ? parser.template("value", keys.get("value")) : null;
        String word = keys.containsKey("operator") ? String.valueOf(keys.get("operator")) : "eq";
        Condition.Operator operator = OPERATORS.getOrDefault(word, Condition.Operator.EQ);
        if (!OPERATORS.containsKey(word)) {
            parser.report(
                    "there is no operator '" + word + "'",
                    Suggestion.remedy(
                            word, OPERATORS.keySet(), "write one of " + String.join(", ", OPERATORS.keySet())));
        }
        try {
            if (value != null && value.isConstant()) {
                operator.check(value.render(Bindings.empty()));
            }
        } catch (RegexSyntaxException e) {
            parser.report("'" + value + "' is not a regular expression: " + e.detail(), e.remedy());
        }
        return new Condition.Comparison(input, operator, value);
    }

    private Map<?, ?> mapping(String what, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw parser.error(
                what + " must be a mapping, is " + Values.kind(value), "write its keys, such as input: ${item}");
    }

    /** Reports unknown keys. */
    private void checked(Map<?, ?> keys, List<String> known) {
        for (Object key : keys.keySet()) {
            String name = String.valueOf(key);
            if (!known.contains(name)) {
                parser.report(
                        "there is no key '" + name + "' here",
                        Suggestion.remedy(name, known, "the keys are " + String.join(", ", known)));
            }
        }
    }
}
