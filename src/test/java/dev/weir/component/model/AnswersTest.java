package dev.weir.component.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.Classification;
import dev.weir.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The answers of a classifier have the forms of both generations of model-compose. */
class AnswersTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            none      | false | {"label":"sad","label_id":1,"score":0.75}
            false     | false | {"label":"sad","label_id":1,"score":0.75}
            true      | false | {"label":"sad","label_id":1,"score":0.75,"probabilities":[0.25,0.75]}
            ${input}  | false | {"label":"sad","label_id":1,"score":0.75,"probabilities":[0.25,0.75]}
            false     | true  | "sad"
            true      | true  | {"label":"sad","probabilities":[0.25,0.75]}
            ${input}  | true  | {"label":"sad","probabilities":[0.25,0.75]}
            """)
    void theFormIsThatOfTheSpelling(String probabilities, boolean bare, String expected) {
        Template wanted = probabilities == null ? null : Template.parse(probabilities);

        assertThat(answer(new Classification(List.of(), wanted, bare))).isEqualTo(expected);
    }

    @Test
    void theLabelsOfTheConfigurationWin() {
        assertThat(answer(new Classification(List.of("gut", "schlecht"), null, true)))
                .isEqualTo("\"schlecht\"");
    }

    @Test
    void theLabelsAreAsManyAsTheClasses() {
        assertThatThrownBy(() -> answer(new Classification(List.of("one"), null, false)))
                .hasMessage("labels must have 2 texts, one for each class of the model, had 1");
    }

    private static String answer(Classification form) {
        Map<String, Double> classes = new LinkedHashMap<>();
        classes.put("happy", 0.25);
        classes.put("sad", 0.75);
        return Json.write(
                Answers.of(form, Bindings.empty().with(Source.INPUT, true)).of(classes));
    }
}
