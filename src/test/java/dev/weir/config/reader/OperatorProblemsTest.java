package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every problem of the operators of a template is reported at its place, not only the first. */
class OperatorProblemsTest {
    @TempDir
    Path folder;

    @Test
    void everyProblemOfOneMappingIsReported() throws IOException {
        assertThat(problems("""
                workflow:
                  component: c
                  output:
                    list:
                      "*":
                        inputs: ${output.a}
                        where:
                          all:
                            - {input: "${item.a", operator: equals}
                            - text
                            - {value: 1, unknown: 2}
                      name: ${item.}
                    choice:
                      "?":
                        - {operator: gt, value: 1}
                        - {input: 1, operator: match, value: "("}
                        - wrong
                        - {input: "${output.a as nothing}", if_true: "${b}"}
                    columns:
                      "|": ${output
                    both: {"*": "${output.x", "|": "${output.y"}
                    joined: {"+": ["${output.z", "...${output.u"]}
                component: {id: c, type: http-client, endpoint: 'http://x/'}
                """))
                .containsExactly(
                        "workflow.output.both line 21: '*' and '|' stand in one mapping",
                        "workflow.output.both.* line 21: the expression is not closed",
                        "workflow.output.both.| line 21: the expression is not closed",
                        "workflow.output.choice.?[0] line 15: 'input' is missing",
                        "workflow.output.choice.?[1] line 16: '(' is not a regular expression: unclosed group",
                        "workflow.output.choice.?[2] line 17: a condition of '?' must be a mapping, is a text",
                        "workflow.output.choice.?[3].if_true line 18: there is no source 'b'",
                        "workflow.output.choice.?[3].input line 18: there is no type 'nothing'",
                        "workflow.output.columns line 20: '|' has no fields",
                        "workflow.output.columns.| line 20: the expression is not closed",
                        "workflow.output.joined.+[0] line 22: the expression is not closed",
                        "workflow.output.joined.+[1] line 22: the expression is not closed",
                        "workflow.output.list.* line 6: 'input' is missing",
                        "workflow.output.list.* line 6: there is no key 'inputs' here",
                        "workflow.output.list.*.where.all[0] line 9: there is no operator 'equals'",
                        "workflow.output.list.*.where.all[0].input line 9: the expression is not closed",
                        "workflow.output.list.*.where.all[1] line 10: a condition must be a mapping, is a text",
                        "workflow.output.list.*.where.all[2] line 11: 'input' is missing",
                        "workflow.output.list.*.where.all[2] line 11: there is no key 'unknown' here",
                        "workflow.output.list.name line 12: a key is missing after '.'");
    }

    private List<String> problems(String yaml) throws IOException {
        LoadResult result =
                ConfigReader.read(List.of(Files.writeString(folder.resolve("model-compose.yml"), yaml)), Map.of());
        return ((LoadResult.Rejected) result)
                .problems().stream().map(OperatorProblemsTest::shown).sorted().toList();
    }

    private static String shown(Problem problem) {
        return problem.path() + " line " + problem.location().line() + ": " + problem.message();
    }
}
