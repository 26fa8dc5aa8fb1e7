package dev.weir.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ComposeConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.reader.Configurations;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The names, types and formats of a workflow's output, as far as its templates tell them. */
class OutputSchemaTest {
    private static final String TWO_ACTIONS = """
            component:
              id: reader
              type: http-client
              base_url: http://localhost
              actions:
                - id: caption
                  default: true
                  path: /caption
                  output:
                    labels: ${response.tags as list}
                    note: {text: '${response.note as markdown @(description A note)}', size: '${response.size}'}
                - id: count
                  path: /count
                  output: ['${response.low as integer}', '${response.high as number}', fixed]
                - id: tell
                  path: /tell
                  output: ${response.text as text;sse-text}
                - id: parts
                  path: /parts
                  output: {text: '${response[].text as text;sse-text}', n: '${response[].n as integer}'}
                - id: raw
                  path: /raw
            """;

    private static WorkflowConfig workflow(ComposeConfig config) {
        return config.defaultWorkflow().orElseThrow();
    }

    /** The output as {@code name:type}, in order; {@code -} is the whole output. */
    private static String output(String yaml) {
        ComposeConfig config = Configurations.of(yaml);
        return WorkflowSchema.of(workflow(config), config).output().stream()
                .map(each -> (each.name().isEmpty() ? "-" : each.name()) + ":" + each.type())
                .collect(Collectors.joining(" "));
    }

    @Test
    void anOperatorIsOneValue() {
        assertThat(output(jobs(
                        "tell",
                        "{list: {'*': '${output.x}', name: '${item.n as text}'}, joined: {'+': ['${output.a}', b]}, text: '${output as text}'}",
                        null)))
                .isEqualTo("list:string joined:string text:text");
    }

    private static String jobs(String action, String job, String workflow) {
        return "workflow:\n  jobs:\n    - id: a\n      component: reader\n      action: " + action + "\n"
                + (job == null ? "" : "      output: " + job + "\n")
                + (workflow == null ? "" : "  output: " + workflow + "\n")
                + TWO_ACTIONS;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', nullValues = "none", textBlock = """
            # action % job                                  % workflow                                  % output
            caption  % none                                 % none                                      % labels:list note.text:markdown note.size:string
            caption  % none                                 % ${output}                                 % labels:list note.text:markdown note.size:string
            caption  % ${output}                            % ${output}                                 % labels:list note.text:markdown note.size:string
            caption  % none                                 % ${jobs.a.output}                          % labels:list note.text:markdown note.size:string
            caption  % none                                 % ${output.note}                            % text:markdown size:string
            caption  % none                                 % ${output['note'].text}                    % -:markdown
            caption  % none                                 % '{a: "${output.labels}", b: "${output.note.text}"}' % a:list b:markdown
            caption  % '{in: "${output.note}"}'             % '{out: "${jobs.a.output.in}"}'            % out.text:markdown out.size:string
            caption  % '{in: "${output.note}"}'             % '{out: "${jobs.a.output.in.size}"}'       % out:string
            caption  % '{"...": "${output}", n: "${output.labels}"}' % ${output}                        % labels:list note.text:markdown note.size:string n:list
            caption  % '{"...": "${output.note}"}'          % ${output.text}                            % -:markdown
            caption  % '{x: "${output as json}"}'           % ${output}                                 % x:json
            caption  % '{x: "${output as json}"}'           % ${output.x.labels}                        % -:string
            caption  % ${output as json}                    % ${output.labels}                          % -:string
            caption  % none                                 % ${output.labels as text}                  % -:text
            caption  % none                                 % ${output as json}                         % -:json
            caption  % none                                 % '{text: "about ${output}"}'               % text:string
            caption  % none                                 % '{is: "${output.labels == 1}"}'           % is:string
            caption  % none                                 % '{x: "${output.none}"}'                   % x:string
            caption  % none                                 % '{x: "${output.none | 3}"}'               % x:integer
            caption  % none                                 % '{x: "${output.note.size | true}"}'       % x:boolean
            caption  % none                                 % '{x: "${output.labels | 3}"}'             % x:list
            caption  % none                                 % '{x: "${output.labels[*]}"}'              % x:list
            count    % none                                 % ${output}                                 % [0]:integer [1]:number
            count    % none                                 % '{first: "${output[0]}", second: "${output[-2]}"}' % first:integer second:number
            count    % none                                 % '{x: "${output[2]}", y: "${output[-9]}"}' % x:string y:string
            count    % '["...${output}", "${output[0]}"]'   % ${output[1]}                              % -:string
            tell     % none                                 % none                                      % -:text;sse-text
            tell     % none                                 % ${output}                                 % -:text;sse-text
            tell     % none                                 % ${jobs.a.output}                          % -:text;sse-text
            tell     % ${output as text;sse-json}           % ${output}                                 % -:text;sse-json
            tell     % none                                 % ${output as markdown}                     % -:markdown;sse-text
            parts    % none                                 % ${output}                                 % text:text n:integer
            parts    % none                                 % ${output.text}                            % -:text;sse-text
            parts    % '{deep: "${output}"}'                % ${output.deep.text}                       % -:text;sse-text
            parts    % '{deep: "${output}"}'                % ${jobs.a.output.deep.n}                   % -:integer
            raw      % none                                 % none                                      % -:any
            raw      % none                                 % ${output}                                 % -:string
            raw      % none                                 % '{t: "${output.title}"}'                  % t:string
            """)
    void theOutputIsFollowedThroughWorkflowJobAndAction(String action, String job, String workflow, String expected) {
        assertThat(output(jobs(action, job, workflow))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', nullValues = "none", textBlock = """
            # action % job                       % workflow             % format on the wire
            tell     % none                      % none                 % sse-text
            tell     % none                      % ${output as text}    % sse-text
            tell     % '{t: "${output}"}'        % none                 % sse-text
            tell     % '{t: "${output}"}'        % ${jobs.a.output.t}   % sse-text
            tell     % '<${output}>'             % ${output}            % sse-text
            parts    % none                      % none                 % none
            parts    % none                      % ${output.text}       % sse-text
            parts    % none                      % ${output.n}          % none
            parts    % '{d: "${output.text}"}'   % ${output.d}          % sse-text
            parts    % ${output.text}            % none                 % sse-text
            raw      % none                      % ${output}            % none
            """)
    void theFormatOnTheWireIsFollowed(String action, String job, String workflow, String format) {
        ComposeConfig config = Configurations.of(jobs(action, job, workflow));

        WireFormats formats = WireFormats.of(workflow(config), config);

        assertThat(formats.of("a").orElse(null)).isEqualTo(format);
        assertThat(formats.common().orElse(null)).isEqualTo(format);
    }

    @Test
    void anInlineComponentIsFollowed() {
        assertThat(output("""
                workflow:
                  output: ${output}
                  component:
                    type: http-client
                    endpoint: http://localhost/
                    output: {answer: '${response.text as text}', parts: ['${response.n as integer}']}
                """)).isEqualTo("answer:text parts[0]:integer");
    }

    @Test
    void theOutputOfAnEarlierJobIsFollowed() {
        assertThat(output("""
                workflow:
                  output: {all: '${jobs.b.output}', labels: '${jobs.a.output.labels}'}
                  jobs:
                    - {id: a, component: reader, action: caption}
                    - id: b
                      component: reader
                      action: count
                      output: {note: '${jobs.a.output.note.text}', low: '${output[0]}'}
                """ + TWO_ACTIONS)).isEqualTo("all.note:markdown all.low:integer labels:list");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', textBlock = """
            # first branch                      % second branch                         % output
            ${output as text;sse-text}          % ${output as text;sse-text}            % -:text;sse-text
            ${output as text;sse-text}          % ${output as text;sse-json}            % -:text
            ${output as text}                   % ${output as integer}                  % -:any
            '{x: "${output as text}"}'          % '{x: "${output as text}", y: "${output as json}"}' % x:text y:json
            '{x: "${output.x}"}'                % '{x: "${output as integer}"}'         % x:integer
            """)
    void branchesThatDifferHaveTheTypesThatTheyShare(String first, String second, String expected) {
        assertThat(output("""
                workflow:
                  output: ${output}
                  jobs:
                    - {id: choose, type: if, operator: eq, input: '${input.x}', value: 1, if_true: a, if_false: b}
                    - {id: a, component: reader, action: raw, output: %s}
                    - {id: b, component: reader, action: raw, output: %s}
                """.formatted(quoted(first), quoted(second)) + TWO_ACTIONS))
                .isEqualTo(expected);
    }

    private static String quoted(String template) {
        return template.startsWith("{") ? template : "'" + template + "'";
    }

    @Test
    void aFilterGivesAListAndADelayItsTemplate() {
        String jobs = """
                workflow:
                  output: %s
                  jobs:
                    - {id: a, component: reader, action: caption}
                    - {id: f, type: filter, input: '${jobs.a.output.labels}'}
                    - {id: d, type: delay, duration: 1, depends_on: f, output: {text: '${jobs.a.output.note.text}'}}
                """ + TWO_ACTIONS;

        assertThat(output(jobs.formatted("${output}"))).isEqualTo("text:markdown");
        assertThat(output(jobs.formatted("{kept: '${jobs.f.output}', one: '${jobs.f.output[0]}'}")))
                .isEqualTo("kept:list one:string");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', textBlock = """
            1               % ${output}                  % [0]:integer [1]:number
            2               % ${output}                  % -:list
            2               % ${jobs.a.output[1]}        % [0]:integer [1]:number
            2               % ${jobs.a.output[1][0]}     % -:integer
            2               % ${jobs.a.output.x}         % -:string
            ${input.times}  % ${output}                  % -:string
            """)
    void aRepeatedJobGivesAList(String count, String workflow, String expected) {
        assertThat(output("""
                workflow:
                  output: %s
                  jobs: [{id: a, component: reader, action: count, repeat_count: '%s'}]
                """.formatted(workflow, count).replace("'1'", "1").replace("'2'", "2") + TWO_ACTIONS))
                .isEqualTo(expected);
    }

    @Test
    void annotationsAndDefaultsComeFromTheNearestReference() {
        ComposeConfig config = Configurations.of(jobs(
                "caption", null, "{a: '${output.note.text | none}', b: '${output.note.text @(description Mine)}'}"));

        List<WorkflowSchema.Variable> output =
                WorkflowSchema.of(workflow(config), config).output();

        assertThat(output.get(0).describe())
                .containsEntry("default", "none")
                .containsEntry("annotations", java.util.Map.of("description", "A note"));
        assertThat(output.get(1).describe()).containsEntry("annotations", java.util.Map.of("description", "Mine"));
    }

    @Test
    void outputsThatDoubleWithEachJobAreBounded() {
        String jobs = IntStream.rangeClosed(1, 200)
                .mapToObj(i ->
                        "    - {id: j%d, component: reader, action: raw, output: {a: '${jobs.j%d.output}', b: '${jobs.j%d.output}'}}\n"
                                .formatted(i, i - 1, i - 1))
                .collect(Collectors.joining());
        String yaml = "workflow:\n  output: ${output}\n  jobs:\n    - {id: j0, component: reader, action: caption}\n"
                + jobs + TWO_ACTIONS;
        ComposeConfig config = Configurations.of(yaml);

        assertThat(WorkflowSchema.of(workflow(config), config).output()).hasSizeBetween(1, 1100);
    }
}
