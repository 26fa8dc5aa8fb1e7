package dev.weir.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TemplateTest {
    private static final Scope SCOPE =
            Bindings.empty().with(Source.INPUT, Map.of("a", 1, "list", List.of(2, 3), "map", Map.of("x", 4)));

    @Test
    void aTreeIsRenderedInItsOrder() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("z", "${input.a}");
        tree.put("a", List.of("n=${input.a}", Map.of("deep", "${input.list}")));
        tree.put("m", true);

        assertThat(Json.write(Template.parse(tree).render(SCOPE)))
                .isEqualTo("{\"z\":1,\"a\":[\"n=1\",{\"deep\":[2,3]}],\"m\":true}");
    }

    @Test
    void spreadsPourMapsAndListsIntoTheOnesAroundThem() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("x", 0);
        tree.put("...", "${input.map}");
        tree.put("list", List.of(1, "...${input.list}", "...${input.missing}", 9));

        assertThat(Json.write(Template.parse(tree).render(SCOPE))).isEqualTo("{\"x\":4,\"list\":[1,2,3,9]}");
    }

    @Test
    void whatCannotBeSpreadIsNamed() {
        assertThatThrownBy(() -> Template.parse(Map.of("...", "${input.a}")).render(SCOPE))
                .isInstanceOf(BindingException.class)
                .hasMessage("\"...\": cannot spread 1 (a number) into a mapping");
        assertThatThrownBy(() -> Template.parse(List.of("...${input.a}")).render(SCOPE))
                .hasMessage("...: cannot spread 1 (a number) into a list");
    }

    @Test
    void aConstantTemplateRendersToTheSameObjectEachTime() {
        Template template = Template.parse(Map.of("a", List.of(1, "text $${x}")));

        assertThat(template.isConstant()).isTrue();
        assertThat(template.render(SCOPE)).isSameAs(template.render(Bindings.empty()));
        assertThat(Json.write(template.render(SCOPE))).isEqualTo("{\"a\":[1,\"text ${x}\"]}");
    }

    @Test
    void referencesComeInTheOrderOfWritingThoseOfDefaultsIncluded() {
        Template template = Template.parse(
                Map.of("k", List.of("${input.a as integer | ${env.B | ${jobs.j.output}}} ${result[].c} ${(input.d)}")));

        assertThat(template.references())
                .extracting(Reference::source)
                .containsExactly(Source.INPUT, Source.ENV, Source.JOB_OUTPUT, Source.RESULT_CHUNK, Source.INPUT);
        assertThat(template.references()).extracting(Reference::name).containsExactly(null, "B", "j", null, null);
        assertThat(template.references().get(0).place()).isEqualTo(new Reference.Place(List.of("k", 0), 2));
    }

    @Test
    void aReferenceTellsAllThatIsDeclaredAboutIt() {
        Reference reference = Template.parse(
                        "${input.size as select/small,large | small @(description How big) @(unit none)}")
                .references()
                .get(0);

        assertThat(reference.variable()).contains("size");
        assertThat(reference.type()).isEqualTo(new ValueType("select", "small,large", ""));
        assertThat(reference.type().options()).containsExactly("small", "large");
        assertThat(reference.hasDefault()).isTrue();
        assertThat(reference.defaultValue()).isEqualTo("small");
        assertThat(reference.annotations())
                .containsEntry("description", "How big")
                .containsEntry("unit", "none");
    }

    @Test
    void everySpellingOfAStreamFormatMeansTheSame() {
        for (String type : List.of("text;sse-text", "sse-text", "stream/text")) {
            assertThat(Template.parse("${output as " + type + "}").format()).contains("sse-text");
        }
        for (String type : List.of("text;sse-json", "sse-json", "stream/json")) {
            assertThat(Template.parse("${output as " + type + "}").format()).contains("sse-json");
        }
        assertThat(Template.parse("say ${output as sse-text}").format()).isEmpty();
        assertThat(Template.parse("${output}").format()).isEmpty();
    }

    @Test
    void onlyChunkSourcesMakeATemplateStream() {
        assertThat(Template.parse("${response[].x}").streams()).isTrue();
        assertThat(Template.parse(Map.of("a", "x ${result[]}")).streams()).isTrue();
        assertThat(Template.parse("${input.a | ${result[]}}").streams()).isTrue();
        assertThat(Template.parse("${response.x}").streams()).isFalse();
    }

    @Test
    void theChunkIsBoundWithoutCopyingTheRest() {
        Template template = Template.parse("${result[].t}${input.a}");

        assertThat(template.render(SCOPE.withChunk(Map.of("t", "x")))).isEqualTo("x1");
        assertThat(template.render(SCOPE.withChunk(null))).isEqualTo("1");
    }

    @Test
    void aSyntaxErrorTellsItsPlaceInTheTreeAndInTheText() {
        Map<String, Object> tree = Map.of("body", List.of("fine", Map.of("x", "abc ${input.n as txt}")));

        assertThatThrownBy(() -> Template.parse(tree)).isInstanceOfSatisfying(TemplateSyntaxException.class, e -> {
            assertThat(e.place()).isEqualTo(new Reference.Place(List.of("body", 1, "x"), 17));
            assertThat(e.remedy()).isEqualTo("did you mean 'text'?");
        });
    }

    @Test
    void secretsOfReferencedVariablesAreMasked() {
        EnvironmentVariables variables = EnvironmentVariables.of(
                        Map.of(
                                "KEY",
                                "sk-1234",
                                "LONGER",
                                "sk-12345678",
                                "FLAG",
                                "true",
                                "SHORT",
                                "abc",
                                "OTHER",
                                "other-value"),
                        Map.of("KEY", "from the file", "FILE", "file-secret"))
                .referencedBy(Set.of("KEY", "LONGER", "FLAG", "SHORT", "FILE", "ABSENT"), Set.of());

        assertThat(variables.value("KEY")).isEqualTo("sk-1234");
        assertThat(variables.value("FILE")).isEqualTo("file-secret");
        assertThat(variables.mask("sk-1234 sk-12345678 true abc other-value file-secret"))
                .isEqualTo("*** *** true abc other-value ***");
        assertThat(variables.toString()).doesNotContain("sk-1234");
    }
}
