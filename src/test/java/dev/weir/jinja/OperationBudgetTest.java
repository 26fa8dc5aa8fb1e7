package dev.weir.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each operation of the language on large operands, a thousand times. An operation with a cost that grows with its operands
 * reaches a limit, since it is charged. Any other operation ends. An operation without a line in {@code operations.txt}
 * fails.
 */
@Tag("slow")
@Timeout(120)
class OperationBudgetTest {
    private static final int LARGE = 1 << 17;
    private static final int TIMES = 1000;
    private static final Budget.Limits LIMITS = new Budget.Limits(Duration.ofMinutes(1), 1L << 22, 8 << 20);
    private static final Map<String, Object> OPERANDS = operands();

    /**
     * An operation of the table.
     *
     * @param constant whether its cost is the same for all operands
     */
    private record Operation(String name, boolean constant, String expression) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Map<String, Object> operands() {
        Map<String, Object> operands = new LinkedHashMap<>();
        operands.put("a", "a".repeat(LARGE));
        operands.put("same", "a".repeat(LARGE - 1) + "a");
        operands.put("almost", "a".repeat(LARGE / 2) + "b");
        operands.put("words", "A b ".repeat(LARGE / 16));
        operands.put("spaces", " ".repeat(LARGE));
        operands.put("lines", "a\n".repeat(LARGE / 16));
        operands.put("digits", "9".repeat(LARGE));
        List<String> list = IntStream.range(0, 10_000)
                .mapToObj(i -> "t" + i * 7919 % 10_000)
                .toList();
        operands.put("list", list);
        operands.put("other", new ArrayList<>(list));
        operands.put("numbers", IntStream.range(0, 10_000).boxed().toList());
        operands.put("lists", Collections.nCopies(10_000, List.of("x")));
        operands.put("maps", Collections.nCopies(10_000, Map.of("k", "v")));
        Map<String, Object> map = new LinkedHashMap<>();
        list.forEach(each -> map.put(each, each));
        operands.put("map", map);
        operands.put("equal", new LinkedHashMap<>(map));
        return operands;
    }

    static Stream<Operation> operations() {
        return dev.weir.Goldens.text("jinja/operations.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\\s*\\|\\|\\s*"))
                .map(cells -> new Operation(cells[0], cells[1].equals("constant"), cells[2]));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whatCostsMoreWithLargerOperandsIsCharged(Operation operation) {
        JinjaTemplate template = JinjaTemplate.parse(
                "{% for i in range(" + TIMES + ") %}{% set x = " + operation.expression() + " %}{% endfor %}done");

        if (operation.constant()) {
            assertThat(template.render(OPERANDS, () -> {}, LIMITS)).isEqualTo("done");
        } else {
            assertThatThrownBy(() -> template.render(OPERANDS, () -> {}, LIMITS))
                    .isInstanceOf(JinjaException.class)
                    .hasMessageMatching(
                            "the template does too much work .*|the template's values need too much memory .*"
                                    + "|a text is too long .*|a list is too long .*");
        }
    }

    @Test
    void eachOperationHasALine() {
        TreeSet<String> known = new TreeSet<>();
        TextFilters.ALL.names().forEach(name -> known.add("filter " + name));
        ListFilters.ALL.names().forEach(name -> known.add("filter " + name));
        Tests.ALL.names().forEach(name -> known.add("test " + name));
        TextMethods.ALL.names().forEach(name -> known.add("text " + name));
        Methods.OF_LISTS.names().forEach(name -> known.add("list " + name));
        Methods.OF_MAPS.names().forEach(name -> known.add("map " + name));
        for (Arithmetic operator : Arithmetic.values()) {
            known.add("operator " + operator.symbol());
        }
        JinjaTemplate.GLOBALS.keySet().forEach(name -> known.add("function " + name));

        assertThat(operations().map(Operation::name)).containsAll(known);
    }
}
