package dev.weir.jinja;

import dev.weir.WeirException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed template. Immutable and thread-safe. */
public final class JinjaTemplate {
    /** The bytes of a mapping of names without its entries. */
    private static final long MEMBERS_BYTES = 256;

    private static final String NESTED = "the template is nested too deeply";
    static final Map<String, @Nullable Object> GLOBALS = Map.of(
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
     * Parses a whole template. Checks the names of its filters and tests, and its literal formats.
     *
     * @throws JinjaException if it is malformed, with the line and column
     */
    public static JinjaTemplate parse(String source) {
        try {
            return new JinjaTemplate(StatementParser.parse(source));
        } catch (StackOverflowError e) {
            throw new JinjaException(NESTED);
        }
    }

    /** Renders without a check; otherwise as {@link #render(Map, Runnable)}. */
    public String render(Map<String, ? extends @Nullable Object> variables) {
        return render(variables, () -> {});
    }

    /**
     * Renders the template. Blocks, at most for the time limit of a rendering.
     *
     * @param variables plain values, and each {@link JinjaFunction} that the template may call
     * @param check runs at least every few milliseconds; its exception ends the rendering
     * @throws JinjaException if the template fails or exceeds a limit, with the line
     * @throws WeirException of a function that the template called
     */
    public String render(Map<String, ? extends @Nullable Object> variables, Runnable check) {
        return render(variables, check, Budget.Limits.RUN);
    }

    /** Renders with lower limits, for a few short messages; otherwise as {@link #render(Map, Runnable)}. */
    public String rehearse(Map<String, ? extends @Nullable Object> variables, Runnable check) {
        return render(variables, check, Budget.Limits.REHEARSAL);
    }

    String render(Map<String, ? extends @Nullable Object> variables, Runnable check, Budget.Limits limits) {
        Map<String, @Nullable Object> all = new HashMap<>(GLOBALS);
        try {
            variables.forEach((name, value) -> all.put(name, plain(value)));
            return body.text(JinjaScope.of(all, new Budget(limits, check)));
        } catch (StackOverflowError e) {
            throw new JinjaException(NESTED);
        }
    }

    /** Converts a value to those of the language: integers become Long, other numbers Double; lists and mappings are copied. */
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
        if (value instanceof JinjaFunction function) {
            return charged(function);
        }
        return value instanceof Number number && !(value instanceof Double) ? (Object) number.longValue() : value;
    }

    /** Returns a function of the application that also charges its result if that is a text. */
    private static JinjaFunction charged(JinjaFunction function) {
        return arguments -> {
            Object result = function.call(arguments);
            if (result instanceof String text) {
                arguments.budget().text(text.length());
            }
            return result;
        };
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
        long distance = step > 0 ? to - from : from - to;
        long count = distance <= 0 ? 0 : (distance - 1) / Math.abs(step) + 1;
        arguments.budget().list(count);
        arguments.budget().made(Budget.NUMBER_BYTES * count);
        List<@Nullable Object> numbers = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            numbers.add(from + i * step);
        }
        return numbers;
    }

    /** Returns the entries of an optional first mapping, overridden by the named arguments. */
    private static Map<String, @Nullable Object> members(Arguments arguments) {
        Budget budget = arguments.budget();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        budget.list(arguments.named().size());
        budget.made(MEMBERS_BYTES
                + (long) JinjaExpression.ENTRY_BYTES * arguments.named().size());
        if (!arguments.positional().isEmpty()) {
            Object first = arguments.positional().get(0);
            if (!(first instanceof Map<?, ?> map)) {
                throw JinjaException.type("a mapping is needed, not '" + PythonText.kind(first) + "'");
            }
            budget.list(map.size());
            budget.made((long) JinjaExpression.ENTRY_BYTES * map.size());
            map.forEach((key, value) -> members.put(PythonText.of(key, budget), value));
        }
        members.putAll(arguments.named());
        return members;
    }
}
