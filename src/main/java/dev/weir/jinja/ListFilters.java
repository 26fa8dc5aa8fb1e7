package dev.weir.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The filters of lists and mappings. They return a list where jinja2 returns a generator. */
final class ListFilters {
    static final Registry<Filter> ALL = new Registry<Filter>()
            .add((value, a) -> Operators.length(value, a.budget()), "length", "count")
            .add((value, a) -> Operators.elements(value, a.budget()), "list")
            .add((value, a) -> end(Operators.items(value, a.budget()), true), "first")
            .add((value, a) -> end(Operators.items(value, a.budget()), false), "last")
            .add(ListFilters::join, "join")
            .add(ListFilters::items, "items")
            .add(ListFilters::dictSort, "dictsort")
            .add(ListFilters::reverse, "reverse")
            .add(ListFilters::sort, "sort")
            .add(ListFilters::unique, "unique")
            .add((value, a) -> extreme(value, a, -1), "min")
            .add((value, a) -> extreme(value, a, 1), "max")
            .add(ListFilters::sum, "sum")
            .add((value, a) -> Subscript.attribute(value, a.requireText(0, "name")), "attr")
            .add(ListFilters::batch, "batch")
            .add(ListFilters::map, "map")
            .add((value, a) -> sift(value, a.budget(), test(a, 0)), "select")
            .add((value, a) -> sift(value, a.budget(), test(a, 0).negate()), "reject")
            .add((value, a) -> siftBy(value, a, false), "selectattr")
            .add((value, a) -> siftBy(value, a, true), "rejectattr");

    private ListFilters() {}

    private static @Nullable Object end(List<@Nullable Object> list, boolean first) {
        if (list.isEmpty()) {
            return new Undefined("No " + (first ? "first" : "last") + " item, sequence was empty.");
        }
        return list.get(first ? 0 : list.size() - 1);
    }

    private static Object join(@Nullable Object value, Arguments arguments) {
        Budget budget = arguments.budget();
        String separator = arguments.text(0, "d", "");
        UnaryOperator<@Nullable Object> attribute = attribute(arguments.get(1, "attribute", null), null, budget);
        TextBuffer joined = new TextBuffer(budget);
        boolean first = true;
        for (Object each : Operators.items(value, budget)) {
            joined.append(first || separator == null ? "" : separator)
                    .append(PythonText.of(attribute.apply(each), budget));
            first = false;
        }
        return joined.toString();
    }

    private static List<@Nullable Object> items(@Nullable Object value, Arguments arguments) {
        if (value instanceof Undefined) {
            return new ArrayList<>();
        }
        if (value instanceof Map<?, ?> map) {
            return Methods.items(map, arguments.budget());
        }
        throw JinjaException.type("Can only get item pairs from a mapping.");
    }

    private static Object dictSort(@Nullable Object value, Arguments arguments) {
        int by = "value".equals(arguments.text(1, "by", "key")) ? 1 : 0;
        boolean exact = arguments.flag(0, "case_sensitive", false);
        return sorted(
                items(value, arguments),
                pair -> folded(((List<?>) pair).get(by), exact, arguments.budget()),
                arguments.flag(2, "reverse", false),
                arguments.budget());
    }

    private static Object reverse(@Nullable Object value, Arguments arguments) {
        if (value instanceof String text) {
            return Subscript.slice(text, null, null, -1L, arguments.budget());
        }
        List<@Nullable Object> reversed = Operators.elements(value, arguments.budget());
        Collections.reverse(reversed);
        return reversed;
    }

    private static Object sort(@Nullable Object value, Arguments arguments) {
        return sorted(
                Operators.items(value, arguments.budget()),
                key(arguments, 1, 2),
                arguments.flag(0, "reverse", false),
                arguments.budget());
    }

    /** An element and its sort key. */
    private record Keyed(@Nullable Object element, @Nullable Object key) {}

    private static List<@Nullable Object> sorted(
            List<@Nullable Object> list, UnaryOperator<@Nullable Object> key, boolean reverse, Budget budget) {
        budget.list(2L * list.size());
        List<Keyed> keyed = new ArrayList<>(list.size());
        list.forEach(element -> keyed.add(new Keyed(element, key.apply(element))));
        Comparator<Keyed> order = (a, b) -> Operators.compare(a.key(), b.key(), budget);
        try {
            keyed.sort(reverse ? order.reversed() : order);
        } catch (IllegalArgumentException e) {
            // Integers and floats beyond 2^53 have no consistent order.
            throw JinjaException.type("the values have no common order");
        }
        List<@Nullable Object> sorted = new ArrayList<>(keyed.size());
        keyed.forEach(each -> sorted.add(each.element()));
        return sorted;
    }

    /** Returns the sort key of elements: the element or its attribute, without case unless an argument asks for case. */
    private static UnaryOperator<@Nullable Object> key(Arguments arguments, int exactAt, int attributeAt) {
        boolean exact = arguments.flag(exactAt, "case_sensitive", false);
        UnaryOperator<@Nullable Object> attribute =
                attribute(arguments.get(attributeAt, "attribute", null), null, arguments.budget());
        return element -> folded(attribute.apply(element), exact, arguments.budget());
    }

    private static @Nullable Object folded(@Nullable Object value, boolean exact, Budget budget) {
        return value instanceof String text && !exact ? TextMethods.lower(text, budget) : value;
    }

    private static Object unique(@Nullable Object value, Arguments arguments) {
        UnaryOperator<@Nullable Object> key = key(arguments, 0, 1);
        List<@Nullable Object> seen = new ArrayList<>();
        return sift(value, arguments.budget(), each -> {
            Object found = key.apply(each);
            return !Operators.contains(seen, found, arguments.budget()) && seen.add(found);
        });
    }

    private static @Nullable Object extreme(@Nullable Object value, Arguments arguments, int sign) {
        List<@Nullable Object> list = Operators.items(value, arguments.budget());
        if (list.isEmpty()) {
            return new Undefined("No aggregated item, sequence was empty.");
        }
        UnaryOperator<@Nullable Object> key = key(arguments, 0, 1);
        Object best = list.get(0);
        Object bestKey = key.apply(best);
        for (Object each : list.subList(1, list.size())) {
            Object other = key.apply(each);
            if (Operators.compare(other, bestKey, arguments.budget()) * sign > 0) {
                best = each;
                bestKey = other;
            }
        }
        return best;
    }

    private static @Nullable Object sum(@Nullable Object value, Arguments arguments) {
        Budget budget = arguments.budget();
        UnaryOperator<@Nullable Object> attribute = attribute(arguments.get(0, "attribute", null), null, budget);
        Object sum = arguments.get(1, "start", 0L);
        for (Object each : Operators.items(value, budget)) {
            budget.step();
            sum = Arithmetic.ADD.apply(sum, attribute.apply(each), budget);
        }
        return sum;
    }

    private static Object batch(@Nullable Object value, Arguments arguments) {
        Budget budget = arguments.budget();
        int size = Math.max(1, arguments.whole(0, "linecount", 1));
        Object filler = arguments.get(1, "fill_with", null);
        List<@Nullable Object> list = Operators.items(value, budget);
        List<@Nullable Object> batches = new ArrayList<>();
        for (long from = 0; from < list.size(); from += size) {
            int end = (int) Math.min(list.size(), from + size);
            budget.element(batches.size());
            budget.list(filler == null ? end - from : size);
            List<@Nullable Object> batch = new ArrayList<>(list.subList((int) from, end));
            while (filler != null && batch.size() < size) {
                batch.add(filler);
            }
            batches.add(batch);
        }
        return batches;
    }

    private static Object map(@Nullable Object value, Arguments arguments) {
        Budget budget = arguments.budget();
        UnaryOperator<@Nullable Object> mapping;
        if (arguments.named().containsKey("attribute")) {
            mapping = attribute(
                    arguments.named().get("attribute"), arguments.named().get("default"), budget);
        } else {
            Filter filter = Filter.named(arguments.requireText(0, "filter"));
            Arguments rest = arguments.rest();
            mapping = each -> filter.apply(each, rest);
        }
        List<@Nullable Object> items = Operators.items(value, budget);
        budget.list(items.size());
        List<@Nullable Object> mapped = new ArrayList<>(items.size());
        budget.enter();
        for (Object each : items) {
            budget.step();
            Object made = mapping.apply(each);
            budget.small(made);
            mapped.add(made);
        }
        budget.leave();
        return mapped;
    }

    private static Predicate<@Nullable Object> test(Arguments arguments, int at) {
        if (arguments.positional().size() <= at) {
            return Operators::isTrue;
        }
        Test test = Test.named(PythonText.of(arguments.positional().get(at), arguments.budget()));
        Arguments rest = at == 0 ? arguments.rest() : arguments.rest().rest();
        return each -> test.holds(each, rest);
    }

    private static Object siftBy(@Nullable Object value, Arguments arguments, boolean rejecting) {
        UnaryOperator<@Nullable Object> attribute =
                attribute(arguments.require(0, "attribute"), null, arguments.budget());
        Predicate<@Nullable Object> test = test(arguments, 1);
        return sift(value, arguments.budget(), each -> test.test(attribute.apply(each)) != rejecting);
    }

    private static List<@Nullable Object> sift(
            @Nullable Object value, Budget budget, Predicate<@Nullable Object> kept) {
        List<@Nullable Object> sifted = Operators.elements(value, budget);
        sifted.removeIf(each -> {
            budget.step();
            return !kept.test(each);
        });
        return sifted;
    }

    /** Returns a function that reads a path such as {@code a.b.0} from a value; without a path it returns the value itself. */
    private static UnaryOperator<@Nullable Object> attribute(
            @Nullable Object path, @Nullable Object absent, Budget budget) {
        if (path == null) {
            return value -> value;
        }
        List<@Nullable Object> steps = new ArrayList<>();
        for (Object step : new TextPieces(PythonText.of(path, budget), budget).split(".", -1)) {
            steps.add(path instanceof Long ? path : index(String.valueOf(step)));
        }
        return value -> {
            Object found = value;
            for (Object step : steps) {
                found = Subscript.item(found, step, budget);
                budget.step();
                if (found instanceof Undefined && absent != null) {
                    return absent;
                }
            }
            return found;
        };
    }

    private static Object index(String step) {
        boolean number = !step.isEmpty() && step.length() < 10 && step.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? (Object) Long.valueOf(step) : step;
    }
}
