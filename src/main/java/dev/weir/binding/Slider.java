package dev.weir.binding;

import dev.weir.json.Numbers;
import dev.weir.json.Scalars;
import java.util.List;

/**
 * A number within a range: {@code slider/min,max,step}.
 *
 * @param step the step of an input control; not checked, 0 if none is given
 */
record Slider(Number minimum, Number maximum, Number step) implements Conversions.Conversion {

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
        Number number = Conversions.number(value);
        if (Numbers.compare(number, minimum) < 0 || Numbers.compare(number, maximum) > 0) {
            throw new IllegalArgumentException(
                    "it must be from " + Values.text(minimum) + " to " + Values.text(maximum));
        }
        return number;
    }
}
