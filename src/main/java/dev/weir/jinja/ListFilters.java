package dev.weir.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The filters of lists and mappings. Where jinja2 gives a generator, this gives a list. */
final class ListFilters {
    private ListFilters() {}

    static @Nullable Filter find(String name) {
        return switch (name) {
            case "length", "count" -> (value, a) -> Operators.length(value);
            case "list" -> (value, a) -> Operators.elements(value);
            case "first" -> (value, a) -> end(Operators.elements(value), true);
            case "last" -> (value, a) -> end(Operators.elements(value), false);
            case "join" -> ListFilters::join;
            case "items" -> ListFilters::items;
            case "dictsort" -> ListFilters::dictSort;
            case "reverse" -> ListFilters::reverse;
            case "sort" -> (value, a) -> sort(value, a.flag(0, "reverse", false), order(a, 1, 2));
            case "unique" -> ListFilters::unique;
            case "min" -> (value, a) -> extreme(value, order(a, 0, 1), -1);
            case "max" -> (value, a) -> extreme(value, order(a, 0, 1), 1);
            case "sum" -> ListFilters::sum;
            case "attr" -> (value, a) -> Subscript.attribute(value, PythonText.of(a.require(0, "name")));
            case "batch" -> ListFilters::batch;
            case "map" -> ListFilters::map;
            case "select" -> (value, a) -> sift(value, test(a, 0));
            case "reject" -> (value, a) -> sift(value, test(a, 0).negate());
            case "selectattr" -> (value, a) -> siftBy(value, a, false);
            case "rejectattr" -> (value, a) -> siftBy(value, a, true);
            default -> null;
        };
    }

    private static @Nullable Object end(List<@Nullable Object> list, boolean first) {
        if (list.isEmpty()) {
            return new Undefined("No " + (first ? "first" : "last") + " item, sequence was empty.");
        }
        return list.get(first ? 0 : list.size() - 1);
    }

    private static Object join(@Nullable Object value, Arguments arguments) {
        String separator = arguments.text(0, "d", "");
        UnaryOperator<@Nullable Object> attribute = attribute(arguments.get(1, "attribute", null), null);
        StringBuilder joined = new StringBuilder();
        boolean first = true;
        for (Object each : Operators.elements(value)) {
            joined.append(first ? "" : separator).append(PythonText.of(attribute.apply(each)));
            first = false;
            Budget.checkCharacters(joined.length());
        }
        return joined.toString();
    }

    private static Object items(@Nullable Object value, Arguments arguments) {
        if (value instanceof Undefined) {
            return new ArrayList<@Nullable Object>();
        }
        if (value instanceof Map<?, ?> map) {
            return Methods.items(map);
        }
        throw JinjaException.type("Can only get item pairs from a mapping.");
    }

    private static Object dictSort(@Nullable Object value, Arguments arguments) {
        int by = "value".equals(arguments.text(1, "by", "key")) ? 1 : 0;
        boolean exact = arguments.flag(0, "case_sensitive", false);
        Comparator<@Nullable Object> order =
                (a, b) -> Operators.compare(folded(((List<?>) a).get(by), exact), folded(((List<?>) b).get(by), exact));
        return sort(items(value, arguments), arguments.flag(2, "reverse", false), order);
    }

    private static Object reverse(@Nullable Object value, Arguments arguments) {
        if (value instanceof String text) {
            return Subscript.slice(text, null, null, -1L);
        }
        List<@Nullable Object> reversed = Operators.elements(value);
        Collections.reverse(reversed);
        return reversed;
    }

    private static List<@Nullable Object> sort(
            @Nullable Object value, boolean reverse, Comparator<@Nullable Object> order) {
        List<@Nullable Object> sorted = Operators.elements(value);
        sorted.sort(reverse ? order.reversed() : order);
        return sorted;
    }

    /** The order by an attribute, letters without their case unless an argument says otherwise. */
    private static Comparator<@Nullable Object> order(Arguments arguments, int exactAt, int attributeAt) {
        boolean exact = arguments.flag(exactAt, "case_sensitive", false);
        UnaryOperator<@Nullable Object> attribute = attribute(arguments.get(attributeAt, "attribute", null), null);
        return (a, b) -> Operators.compare(folded(attribute.apply(a), exact), folded(attribute.apply(b), exact));
    }

    private static @Nullable Object folded(@Nullable Object value, boolean exact) {
        return value instanceof String text && !exact ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static Object unique(@Nullable Object value, Arguments arguments) {
        boolean exact = arguments.flag(0, "case_sensitive", false);
        UnaryOperator<@Nullable Object> attribute = attribute(arguments.get(1, "attribute", null), null);
        List<@Nullable Object> seen = new ArrayList<>();
        return sift(value, each -> {
            Object key = folded(attribute.apply(each), exact);
            return !Operators.contains(seen, key) && seen.add(key);
        });
    }

    private static @Nullable Object extreme(@Nullable Object value, Comparator<@Nullable Object> order, int sign) {
        List<@Nullable Object> list = Operators.elements(value);
        if (list.isEmpty()) {
            return new Undefined("No aggregated item, sequence was empty.");
        }
        Object best = list.get(0);
        for (Object each : list) {
            best = order.compare(each, best) * sign > 0 ? each : best;
        }
        return best;
    }

    private static @Nullable Object sum(@Nullable Object value, Arguments arguments) {
        UnaryOperator<@Nullable Object> attribute = attribute(arguments.get(0, "attribute", null), null);
        Object sum = arguments.get(1, "start", 0L);
        for (Object each : Operators.elements(value)) {
            sum = Arithmetic.ADD.apply(sum, attribute.apply(each));
        }
        return sum;
    }

    private static Object batch(@Nullable Object value, Arguments arguments) {
        int size = Math.max(1, arguments.whole(0, "linecount", 1));
        List<@Nullable Object> list = Operators.elements(value);
        List<@Nullable Object> batches = new ArrayList<>();
        for (int from = 0; from < list.size(); from += size) {
            List<@Nullable Object> batch = new ArrayList<>(list.subList(from, Math.min(list.size(), from + size)));
            Object filler = arguments.get(1, "fill_with", null);
            while (filler != null && batch.size() < size) {
                batch.add(filler);
            }
            batches.add(batch);
        }
        return batches;
    }

    private static Object map(@Nullable Object value, Arguments arguments) {
        UnaryOperator<@Nullable Object> mapping;
        if (arguments.named().containsKey("attribute")) {
            mapping = attribute(
                    arguments.named().get("attribute"), arguments.named().get("default"));
        } else {
            Filter filter = Filter.named(PythonText.of(arguments.require(0, "filter")));
            mapping = each -> filter.apply(each, arguments.rest());
        }
        List<@Nullable Object> mapped = new ArrayList<>();
        Operators.elements(value).forEach(each -> mapped.add(mapping.apply(each)));
        return mapped;
    }

    private static Predicate<@Nullable Object> test(Arguments arguments, int at) {
        if (arguments.positional().size() <= at) {
            return Operators::isTrue;
        }
        Test test = Test.named(PythonText.of(arguments.positional().get(at)));
        Arguments rest = at == 0 ? arguments.rest() : arguments.rest().rest();
        return each -> test.holds(each, rest);
    }

    private static Object siftBy(@Nullable Object value, Arguments arguments, boolean rejecting) {
        UnaryOperator<@Nullable Object> attribute = attribute(arguments.require(0, "attribute"), null);
        Predicate<@Nullable Object> test = test(arguments, 1);
        return sift(value, each -> test.test(attribute.apply(each)) != rejecting);
    }

    private static List<@Nullable Object> sift(@Nullable Object value, Predicate<@Nullable Object> kept) {
        List<@Nullable Object> sifted = Operators.elements(value);
        sifted.removeIf(kept.negate());
        return sifted;
    }

    /** What takes {@code a.b.0} from a value; the value itself if no attribute is named. */
    private static UnaryOperator<@Nullable Object> attribute(@Nullable Object path, @Nullable Object absent) {
        if (path == null) {
            return value -> value;
        }
        List<@Nullable Object> steps = new ArrayList<>();
        for (String step : PythonText.of(path).split("\\.", -1)) {
            steps.add(path instanceof Long || step.matches("[0-9]{1,9}") ? (Object) Long.valueOf(step) : step);
        }
        return value -> {
            Object found = value;
            for (Object step : steps) {
                found = Subscript.item(found, step);
                if (found instanceof Undefined && absent != null) {
                    return absent;
                }
            }
            return found;
        };
    }
}
