package dev.weir.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ComposeConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.reader.Configurations;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schema and the format on the wire of workflows with a component that runs another workflow. */
class CalledOutputSchemaTest {
    private static final String COMPONENTS = """
            components:
              - id: reader
                type: http-client
                base_url: http://localhost
                actions:
                  - {id: raw, default: true, path: /raw}
                  - {id: tell, path: /tell, output: '${response.text as text;sse-text}'}
                  - {id: parts, path: /parts, output: {text: '${response[].text as text;sse-text}', n: '${response[].n as integer}'}}
            """;

    /** Templates by the names in the tables. */
    private static final Map<String, String> TEMPLATES = Map.of(
            "text", "${output as text;sse-text}",
            "json", "${output as text;sse-json}",
            "pass", "${output}",
            "result", "${result}",
            "chunk", "${result[] as text;sse-json}",
            "field", "{t: '${output}'}",
            "entry", "${output.t}");

    private static String key(String name, @Nullable String template) {
        if (template == null) {
            return "";
        }
        String written = TEMPLATES.getOrDefault(template, template);
        return ", " + name + ": " + (written.startsWith("{") ? written : "'" + written + "'");
    }

    private static WorkflowConfig caller(ComposeConfig config) {
        return config.defaultWorkflow().orElseThrow();
    }

    private static @Nullable String format(ComposeConfig config) {
        WireFormats formats = WireFormats.of(caller(config), config);
        assertThat(formats.of("call")).isEqualTo(formats.common());
        return formats.common().orElse(null);
    }

    /** The output of the caller as {@code name:type}, in order; {@code -} is the whole output. */
    private static String output(ComposeConfig config) {
        return WorkflowSchema.of(caller(config), config).output().stream()
                .map(each -> (each.name().isEmpty() ? "-" : each.name()) + ":" + each.type())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', nullValues = "none", textBlock = """
            # called: action, job, workflow % caller: action, job, workflow % format   % output
            raw   % none % none             % none   % none  % none         % none     % -:any
            raw   % none % pass             % none   % none  % pass         % none     % -:string
            tell  % none % none             % none   % none  % none         % sse-text % -:text;sse-text
            tell  % none % none             % none   % none  % pass         % sse-text % -:text;sse-text
            tell  % none % none             % none   % pass  % none         % sse-text % -:text;sse-text
            tell  % none % none             % pass   % none  % none         % sse-text % -:text;sse-text
            tell  % none % none             % result % none  % none         % sse-text % -:text;sse-text
            tell  % pass % pass             % result % pass  % pass         % sse-text % -:text;sse-text
            tell  % json % none             % none   % none  % none         % sse-json % -:text;sse-json
            tell  % none % json             % none   % none  % none         % sse-json % -:text;sse-json
            tell  % json % text             % none   % none  % none         % sse-text % -:text;sse-text
            raw   % text % none             % none   % none  % none         % sse-text % -:text;sse-text
            raw   % text % none             % none   % none  % ${jobs.call.output} % sse-text % -:text;sse-text
            raw   % none % text             % none   % none  % none         % sse-text % -:text;sse-text
            raw   % none % text             % none   % none  % pass         % sse-text % -:text;sse-text
            raw   % none % text             % json   % none  % none         % sse-json % -:text;sse-json
            raw   % none % text             % chunk  % none  % none         % sse-json % -:text;sse-json
            raw   % none % text             % none   % json  % none         % sse-json % -:text;sse-json
            raw   % none % text             % none   % none  % json         % sse-json % -:text;sse-json
            raw   % none % json             % none   % text  % none         % sse-text % -:text;sse-text
            raw   % none % json             % text   % json  % text         % sse-text % -:text;sse-text
            raw   % none % json             % none   % none  % ${output as markdown} % sse-json % -:markdown;sse-json
            raw   % none % none             % json   % text  % none         % sse-text % -:text;sse-text
            raw   % none % none             % json   % none  % pass         % sse-json % -:text;sse-json
            raw   % none % text             % none   % field % none         % sse-text % t:text;sse-text
            raw   % none % text             % none   % field % entry        % sse-text % -:text;sse-text
            raw   % field % entry           % none   % json  % none         % sse-json % -:text;sse-json
            tell  % field % none            % none   % none  % entry        % sse-text % -:text;sse-text
            tell  % field % none            % result % none  % ${jobs.call.output.t} % sse-text % -:text;sse-text
            parts % none % none             % none   % none  % none         % none     % text:text n:integer
            parts % none % none             % none   % none  % ${output.text} % sse-text % -:text;sse-text
            parts % none % ${output.text}   % none   % none  % none         % sse-text % -:text;sse-text
            parts % none % ${output.n}      % none   % none  % pass         % none     % -:integer
            raw   % none % '{a: "${output.x as integer}", b: "${output.y as image}"}' % none % none % none % none % a:integer b:image
            raw   % none % '{a: "${output.x as integer}", b: "${output.y as image}"}' % none % none % ${output.b} % none % -:image
            """)
    void theOutputIsFollowedIntoTheCalledWorkflow(
            String calledAction,
            @Nullable String calledJob,
            @Nullable String calledWorkflow,
            @Nullable String action,
            @Nullable String job,
            @Nullable String workflow,
            @Nullable String format,
            String output) {
        ComposeConfig config = Configurations.of("workflows:\n"
                + "  - {id: outer, default: true, jobs: [{id: call, component: nested" + key("output", job) + "}]"
                + key("output", workflow) + "}\n"
                + "  - {id: inner, jobs: [{id: work, component: reader, action: " + calledAction
                + key("output", calledJob) + "}]" + key("output", calledWorkflow) + "}\n"
                + COMPONENTS + "  - {id: nested, type: workflow, workflow: inner" + key("output", action) + "}\n");

        assertThat(format(config)).isEqualTo(format);
        assertThat(output(config)).isEqualTo(output);
    }

    private static ComposeConfig configuration(String workflows, String components) {
        return Configurations.of("workflows:\n" + workflows + COMPONENTS + components);
    }

    @Test
    void aChainOfWorkflowsIsFollowed() {
        String chain = IntStream.range(0, 12)
                .mapToObj(i ->
                        "  - {id: w%d, default: %s, jobs: [{id: call, component: c%d, output: {t: '${output}'}}], output: '${output.t}'}\n"
                                .formatted(i, i == 0, i + 1))
                .collect(Collectors.joining());
        String components = IntStream.range(1, 13)
                .mapToObj("  - {id: c%1$d, type: workflow, workflow: w%1$d}\n"::formatted)
                .collect(Collectors.joining());
        ComposeConfig config = configuration(chain + "  - {id: w12, component: reader, action: tell}\n", components);

        assertThat(format(config)).isEqualTo("sse-text");
        assertThat(output(config)).isEqualTo("-:text;sse-text");
    }

    @Test
    void aWorkflowThatATemplateNamesIsUnknown() {
        ComposeConfig config = configuration(
                "  - {id: outer, default: true, component: nested}\n  - {id: inner, component: reader, action: tell}\n",
                "  - {id: nested, type: workflow, workflow: '${input.next}'}\n");

        assertThat(format(config)).isNull();
        assertThat(output(config)).isEqualTo("-:any");
    }

    @Test
    void anInlineComponentThatRunsAWorkflowIsFollowed() {
        ComposeConfig config = configuration("""
                  - id: outer
                    default: true
                    jobs: [{id: call, component: {type: workflow, workflow: inner}}]
                  - {id: inner, component: reader, action: tell}
                """.indent(2), "");

        assertThat(format(config)).isEqualTo("sse-text");
        assertThat(output(config)).isEqualTo("-:text;sse-text");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', nullValues = "none", textBlock = """
            true  % {component: nested}                                  % sse-text % -:text;sse-text
            true  % {component: nested, output: '${output as text;sse-json}'} % sse-json % -:text;sse-json
            true  % {component: nested, output: {t: '${output}'}}        % sse-text % t:text;sse-text
            false % {component: nested}                                  % none     % -:list
            """)
    void theResultsOfAForEachAreThoseOfTheCalledWorkflow(
            boolean streaming, String call, @Nullable String format, String output) {
        ComposeConfig config = configuration(
                "  - {id: outer, default: true, jobs: [{id: call, type: for-each, streaming: " + streaming
                        + ", input: '${input.items}', do: " + call + "}]}\n"
                        + "  - {id: inner, component: reader, action: tell}\n",
                "  - {id: nested, type: workflow, workflow: inner}\n");

        assertThat(format(config)).isEqualTo(format);
        assertThat(output(config)).isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource({"text, text, sse-text, -:text;sse-text", "text, json, none, -:text", "text, pass, none, -:text"})
    void branchesOfACalledWorkflowThatDifferHaveNoCommonFormat(
            String first, String second, String format, String output) {
        ComposeConfig config = configuration(
                """
                  - {id: outer, default: true, jobs: [{id: call, component: nested}]}
                  - id: inner
                    jobs:
                      - {id: choose, type: if, operator: eq, input: '${input.x}', value: 1, if_true: a, if_false: b}
                      - {id: a, component: reader%s}
                      - {id: b, component: reader%s}
                """.indent(2).formatted(key("output", first), key("output", second)),
                "  - {id: nested, type: workflow, workflow: inner}\n");

        assertThat(format(config)).isEqualTo(format.equals("none") ? null : format);
        assertThat(output(config)).isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', textBlock = """
            ''                                         % ''                              % text:text
            ', input: "${input}"'                      % ''                              % text:text
            ''                                         % ', input: "${input}"'           % text:text
            ''                                         % ', input: {text: "${input.s | a}"}' % s:string
            ', input: {text: "${input.w as integer}"}' % ''                              % w:integer
            """)
    void anInputThatIsPassedOnIsThatOfTheCalledWorkflow(String job, String action, String input) {
        ComposeConfig config = configuration(
                "  - {id: outer, default: true, jobs: [{id: call, component: nested" + job + "}]}\n"
                        + "  - {id: inner, jobs: [{id: work, component: reader, input: '${input.text as text}'}]}\n",
                "  - {id: nested, type: workflow, workflow: inner" + action + "}\n");

        assertThat(WorkflowSchema.of(caller(config), config).input())
                .extracting(each -> each.name() + ":" + each.type())
                .containsExactly(input);
    }

    @Test
    void aWorkflowThatARunNeedNotCallDeclaresNoInput() {
        ComposeConfig config = configuration("""
                  - id: outer
                    default: true
                    jobs:
                      - {id: choose, type: if, input: '${input.kind}', value: a, if_true: a, if_false: b}
                      - {id: a, component: one}
                      - {id: b, component: two}
                  - {id: sized, jobs: [{id: work, component: reader, input: '${input.size as select/small,large}'}]}
                  - {id: counted, jobs: [{id: work, component: reader, input: '${input.size as integer}'}]}
                """, """
                  - {id: one, type: workflow, workflow: sized}
                  - {id: two, type: workflow, workflow: counted}
                """);

        assertThat(WorkflowSchema.of(caller(config), config).input())
                .filteredOn(each -> each.name().equals("size"))
                .singleElement()
                .satisfies(size -> {
                    assertThat(size.declared()).isFalse();
                    assertThat(size.required()).isFalse();
                });
    }

    @Test
    void callsThatDoubleWithEachWorkflowAreBounded() {
        String workflows = IntStream.range(0, 16)
                .mapToObj(i ->
                        "  - {id: w%1$d, default: %2$s, jobs: [{id: call, component: c%3$d}, {id: b, component: c%3$d}]}\n"
                                .formatted(i, i == 0, i + 1))
                .collect(Collectors.joining());
        String components = IntStream.range(1, 17)
                .mapToObj("  - {id: c%1$d, type: workflow, workflow: w%1$d}\n"::formatted)
                .collect(Collectors.joining());
        ComposeConfig config =
                configuration(workflows + "  - {id: w16, component: reader, action: tell}\n", components);

        assertThat(WireFormats.of(caller(config), config).common()).isEmpty();
        assertThat(output(config)).isEqualTo("-:text");
    }
}
