package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.binding.Values;
import dev.weir.component.Output;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The output of a workflow whose terminal job streams: what stays a stream, and in which format. */
class TerminalStreamTest {
    private static final String COMPONENT = """
            component:
              id: a
              type: http-client
              endpoint: http://127.0.0.1:9
            """;

    private static Output stream(Object... chunks) {
        ChunkQueue queue = new ChunkQueue(chunks.length);
        for (Object chunk : chunks) {
            queue.offer(chunk);
        }
        queue.complete();
        return new Output.Streamed(queue);
    }

    private static RunOutput run(String yaml, Object... chunks) throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.of(() -> stream(chunks), yaml + COMPONENT);
        return fixture.drive(fixture.admit(null, Map.of("name", "x")));
    }

    /** The chunks of a stream, each on its own; a whole value in one piece, after {@code =}. */
    private static String shown(RunOutput output) throws InterruptedException {
        if (output instanceof RunOutput.Value value) {
            return "=" + Values.text(value.value());
        }
        List<String> chunks = new ArrayList<>();
        RunOutput.Streamed streamed = (RunOutput.Streamed) output;
        while (BlockingReader.take(streamed.chunks()) instanceof Received.Chunk chunk) {
            chunks.add(Values.text(chunk.value()));
        }
        return String.join("|", chunks);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", textBlock = """
            # the job's output             ; the workflow's output                     ; the result
            -                              ; ${jobs.a.output}                          ; Once| upon
            -                              ; ${jobs.a.output as text}                  ; Once| upon
            -                              ; ${jobs.a.output | none}                   ; Once| upon
            -                              ; '{text: "${jobs.a.output}"}'              ; ={"text":"Once upon"}
            -                              ; '["${jobs.a.output}"]'                    ; =["Once upon"]
            -                              ; '<${jobs.a.output}>'                      ; =<Once upon>
            -                              ; '${jobs.a.output}${jobs.a.output}'        ; =Once uponOnce upon
            -                              ; '{a: "${jobs.a.output}", b: "${output}"}' ; ={"a":"Once upon","b":"Once upon"}
            -                              ; "${jobs.a.output == 'Once upon'}"         ; =true
            -                              ; '${input.name | ${jobs.a.output}}'        ; =x
            -                              ; ${output}                                 ; Once| upon
            -                              ; '{text: "${output}"}'                     ; '{"text":"Once"}|{"text":" upon"}'
            -                              ; '{"*": "${jobs.a.output}", n: "${index}", t: "${item}"}' ; '{"n":0,"t":"Once"}|{"n":1,"t":" upon"}'
            -                              ; '{"*": "${output}", t: "${item}"}'         ; '{"t":"Once"}|{"t":" upon"}'
            -                              ; '{"*": {input: "${output}", where: {input: "${item}", value: Once}}}' ; Once
            '{"*": "${output}", t: "${item}"}' ; ${output.t}                           ; Once| upon
            '{t: "${output}"}'             ; ${jobs.a.output.t}                        ; Once| upon
            '{t: "${output}"}'             ; '{x: "${jobs.a.output}"}'                 ; '={"x":[{"t":"Once"},{"t":" upon"}]}'
            """)
    void aReferenceToTheJobStreamsAndAPartOfAValueIsCollected(String job, String workflow, String result)
            throws InterruptedException {
        assertThat(shown(run(yaml(job, workflow), "Once", " upon"))).isEqualTo(result);
    }

    private static String yaml(String job, String workflow) {
        return "workflow:\n  jobs:\n    - id: a\n"
                + (job == null ? "" : "      output: " + job + "\n")
                + (workflow == null ? "" : "  output: " + workflow + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', nullValues = "-", textBlock = """
            # the job's output             % the workflow's output             % the format
            -                              % -                                 % -
            ${output as text;sse-text}     % -                                 % sse-text
            ${output as sse-text}          % -                                 % sse-text
            ${output as stream/text}       % -                                 % sse-text
            ${output as text;sse-json}     % -                                 % sse-json
            ${output as stream/json}       % -                                 % sse-json
            ${output as text;sse-text}     % ${output}                         % sse-text
            ${output as text;sse-text}     % ${jobs.a.output}                  % sse-text
            ${output as text;sse-text}     % ${output as text}                 % sse-text
            ${output as text;sse-text}     % ${output as text;sse-json}        % sse-json
            ${output as text;sse-json}     % ${jobs.a.output as stream/text}   % sse-text
            -                              % ${jobs.a.output as text;sse-text} % sse-text
            -                              % ${output as string;sse-json}    % sse-json
            -                              % ${output as list;sse-json}      % sse-json
            -                              % ${output as json;sse-json}      % sse-json
            """)
    void theJobsFormatIsTheWorkflowsUnlessThatNamesOne(String job, String workflow, String format)
            throws InterruptedException {
        RunOutput.Streamed output = (RunOutput.Streamed) run(yaml(job, workflow), "Once");

        assertThat(output.format().orElse(null)).isEqualTo(format);
        output.chunks().close();
    }

    @Test
    void theFormatOfAnItemIsThatOfTheStream() throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.of(() -> new Output.Value("Once"), """
                workflow:
                  jobs:
                    - {id: each, type: for-each, do: {output: '${output as stream/text}'}, streaming: true}
                """ + COMPONENT);
        RunOutput.Streamed output = (RunOutput.Streamed) fixture.drive(fixture.admit(null, List.of(1)));

        assertThat(output.format()).contains("sse-text");
        output.chunks().close();
    }

    @Test
    void theFormatOfABranchIsThatOfTheJobThatRan() throws InterruptedException {
        String yaml = """
                workflow:
                  jobs:
                    - {id: choose, type: if, operator: eq, input: '${input.name}', value: x, if_true: text, if_false: json}
                    - {id: text, output: '${output as text;sse-text}'}
                    - {id: json, output: '${output as text;sse-json}'}
                """;
        RunnerFixture fixture = RunnerFixture.of(() -> stream("Once"), yaml + COMPONENT);
        RunOutput.Streamed text = (RunOutput.Streamed) fixture.drive(fixture.admit(null, Map.of("name", "x")));
        RunOutput.Streamed json = (RunOutput.Streamed) fixture.drive(fixture.admit(null, Map.of("name", "y")));

        assertThat(text.format()).contains("sse-text");
        assertThat(json.format()).contains("sse-json");
        text.chunks().close();
        json.chunks().close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            # first        ; second          ; the workflow's output  ; the result
            value          ; stream          ; ${jobs.b.output}       ; Once
            value          ; stream          ; ${jobs.a.output}       ; =value
            stream         ; value           ; ${jobs.a.output}       ; Once
            stream         ; value           ; ${jobs.b.output}       ; =value
            value          ; value           ; ${jobs.b.output}       ; =value
            """)
    void oneOfTwoTerminalJobsStreams(String first, String second, String workflow, String result)
            throws InterruptedException {
        String jobs = """
                workflow:
                  output: %s
                  jobs:
                    - {id: a, input: {call: %s}}
                    - {id: b, input: {call: %s}}
                """.formatted(workflow, first, second);
        RunnerFixture fixture = RunnerFixture.echoing(
                call -> call.equals("stream") ? stream("Once") : new Output.Value("value"), jobs + COMPONENT);

        assertThat(shown(fixture.drive(fixture.admit(null, Map.of())))).isEqualTo(result);
    }

    @Test
    void twoTerminalStreamsFailTheRunByName() {
        RunnerFixture fixture = RunnerFixture.of(() -> stream("Once"), """
                workflow:
                  output: {x: '${jobs.a.output}', y: '${jobs.b.output}'}
                  jobs: [{id: a}, {id: b}]
                """ + COMPONENT);

        assertThatThrownBy(() -> fixture.drive(fixture.admit(null, Map.of())))
                .hasMessageContaining("only one job of a run may stream to the client, but these did: ")
                .hasMessageContaining("a")
                .hasMessageContaining("b");
    }

    @Test
    void aCollectedStreamIsBounded() {
        String yaml = yaml(null, "{text: '${jobs.a.output}'}");

        assertThatThrownBy(() -> run(yaml, "x".repeat(RunnerFixture.MAX_OUTPUT_BYTES)))
                .hasMessageContaining("too large (at most 1000 bytes, weir.task.max-output)");
    }
}
