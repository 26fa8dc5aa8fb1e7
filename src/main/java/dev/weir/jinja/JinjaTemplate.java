package dev.weir.jinja;

import dev.weir.WeirException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed template. Immutable and thread-safe. */
public final class JinjaTemplate {
    private static final String NESTED = "it is nested too deeply";
    private static final Map<String, @Nullable Object> GLOBALS = Map.of(
            "range",
            function(JinjaTemplate::range),
            "namespace",
            function(a -> new Namespace(members(a))),
            "dict",
            function(JinjaTemplate::members));

    private final Statement.Sequence body;

    private JinjaTemplate(Statement.Sequence body) {
        this.body = body;
    }

    /**
     * Reads a template.
     *
     * @throws JinjaException if it is malformed, with the line
     */
    public static JinjaTemplate parse(String source) {
        try {
            return new JinjaTemplate(StatementParser.parse(source));
        } catch (StackOverflowError e) {
            throw new JinjaException(NESTED);
        }
    }

    /**
     * The text that the template makes of {@code variables}: plain values, and {@link JinjaFunction}s that it may call.
     *
     * @throws JinjaException if the template fails or takes too much, with the line
     * @throws WeirException that a function threw
     */
    public String render(Map<String, ? extends @Nullable Object> variables) {
        return render(variables, Budget.MAX_TIME);
    }

    String render(Map<String, ? extends @Nullable Object> variables, Duration time) {
        Map<String, @Nullable Object> all = new HashMap<>(GLOBALS);
        variables.forEach((name, value) -> all.put(name, plain(value)));
        try {
            return body.text(Scope.of(all, new Budget(time)));
        } catch (StackOverflowError e) {
            throw new JinjaException(NESTED);
        }
    }

    /** Numbers as the language has them: whole ones as Long, others as Double. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, each) -> plain.put(plain(key), plain(each)));
            return plain;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> plain = new ArrayList<>();
            list.forEach(each -> plain.add(plain(each)));
            return plain;
        }
        if (value instanceof Float || value instanceof BigDecimal || value instanceof BigInteger) {
            return ((Number) value).doubleValue();
        }
        return value instanceof Number number && !(value instanceof Double) ? (Object) number.longValue() : value;
    }

    private static JinjaFunction function(JinjaFunction function) {
        return function;
    }

    private static Object range(Arguments arguments) {
        boolean one = arguments.positional().size() == 1;
        long from = one ? 0 : arguments.whole(0, "start", 0);
        long to = arguments.whole(one ? 0 : 1, "stop", 0);
        long step = arguments.whole(2, "step", 1);
        if (step == 0) {
            throw JinjaException.type("range() step must not be zero");
        }
        List<@Nullable Object> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            numbers.add(i);
            Budget.checkElements(numbers.size());
        }
        return numbers;
    }

    /** The named arguments, over the entries of the mapping that may come first. */
    private static Map<String, @Nullable Object> members(Arguments arguments) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (!arguments.positional().isEmpty() && arguments.positional().get(0) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> members.put(PythonText.of(key), value));
        }
        members.putAll(arguments.named());
        return members;
    }
}
