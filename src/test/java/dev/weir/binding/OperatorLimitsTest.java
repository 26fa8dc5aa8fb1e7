package dev.weir.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorLimitsTest {
    private static final Map<String, Object> INNER =
            Map.of("input", "${input.list}", "where", Map.of("input", "${item}", "value", 2));
    private static final Template NESTED = Template.parse(Map.of("*", "${input.list}", "x", Map.of("*", INNER)));

    private static Scope scope(int elements, String text) {
        return Bindings.empty().with(Source.INPUT, Map.of("list", Collections.nCopies(elements, 1), "text", text));
    }

    @Test
    void aLongListIsRendered() {
        Template template = Template.parse(Map.of("*", "${input.list}", "x", "${index}"));

        List<?> list = (List<?>) template.render(scope(100_000, ""));

        assertThat(list).hasSize(100_000);
        assertThat(list.get(99_999)).isEqualTo(Map.of("x", 99_999));
    }

    @Test
    void nestedOperatorsShareTheLimitOfElements() {
        assertThatThrownBy(() -> NESTED.render(scope(1_000, "")))
                .isInstanceOf(BindingException.class)
                .hasMessage(
                        "the value that operators render is too large (at most 1000000 elements): shorten its lists");
        assertThat((List<?>) NESTED.render(scope(100, ""))).hasSize(100);
    }

    @Test
    void aSmallRequestCannotMakeALargeValue() {
        Template template = Template.parse(Map.of("*", "${input.list}", "x", "${index} ${input.text}"));

        assertThatThrownBy(() -> template.render(scope(1_000, "a".repeat(1 << 20))))
                .isInstanceOf(BindingException.class)
                .hasMessage("the value that operators render is too large (at most 67108864 bytes): shorten its lists");
    }

    @Test
    void anElementBelongsToTheInnermostOperator() {
        Template template = Template.parse(Map.of("*", "${input.list}", "x", "${item}"));

        assertThat(template.references()).extracting(Reference::source).containsExactly(Source.INPUT);
    }

    @Test
    void anElementOutsideAnOperatorIsAReference() {
        Template template = Template.parse(List.of(Map.of("*", "${item.list}", "x", "${item}"), "${index}"));

        assertThat(template.references()).extracting(Reference::source).containsExactly(Source.ITEM, Source.INDEX);
    }
}
