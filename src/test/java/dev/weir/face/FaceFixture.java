package dev.weir.face;

import dev.weir.WeirException;
import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.response.AnswerBudget;
import dev.weir.api.run.RunResponder;
import dev.weir.binding.Source;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.json.Json;
import dev.weir.security.Access;
import dev.weir.sse.PumpFixture;
import dev.weir.sse.RecordingResponse;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Summary;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunnerFixture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers requests to the models of an API with workflows of one component that behaves as a test defines. */
public final class FaceFixture implements AutoCloseable {
    private final PumpFixture pumps = new PumpFixture();
    private final RunnerFixture runner;
    private final Function<ProblemDocuments, FailureForm> failures;
    private final List<Object> inputs = new CopyOnWriteArrayList<>();
    private final List<Map<String, Object>> parameters = new CopyOnWriteArrayList<>();
    private RecordingResponse response = new RecordingResponse();
    private @Nullable Run run;

    public FaceFixture(
            String yaml, Function<Invocation, Output> behaviour, Function<ProblemDocuments, FailureForm> failures) {
        this.failures = failures;
        runner = RunnerFixture.answering(
                invocation -> {
                    inputs.add(String.valueOf(Json.write(invocation.scope().value(Source.INPUT, null))));
                    parameters.add(invocation.parameters());
                    try {
                        return CompletableFuture.completedFuture(behaviour.apply(invocation));
                    } catch (WeirException e) {
                        return CompletableFuture.failedFuture(e);
                    }
                },
                yaml,
                100_000);
    }

    /** A stream that has ended. */
    public static Output stream(Summary summary, Object... chunks) {
        ChunkQueue queue = new ChunkQueue(Math.max(1, chunks.length));
        for (Object chunk : chunks) {
            queue.offer(chunk);
        }
        queue.complete();
        return new Output.Streamed(queue, Optional.empty(), summary);
    }

    /** Answers a request; gives the body of the answer, with the task's id as T and the time as 0. */
    public String post(Function<Map<String, @Nullable Object>, FaceRuns.Asked> reading, String json)
            throws InterruptedException {
        response = new RecordingResponse();
        run = null;
        ProblemDocuments problems = new ProblemDocuments(runner.workflows());
        RunResponder responder = new RunResponder(
                response,
                Access.open(),
                failures.apply(problems),
                new RunResponder.Services(
                        runner.runs(), problems, pumps.open(), pumps.tasks(), new AnswerBudget(1 << 20)));
        try {
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            ((Map<?, ?>) Json.parse(json)).forEach((key, value) -> body.put(String.valueOf(key), value));
            FaceRuns.Asked asked = reading.apply(body);
            Run admitted = runner.runs().admit(asked.plan(), Access.open(), () -> {});
            run = admitted;
            responder.answer(asked.form().apply(admitted), admitted);
        } catch (WeirException e) {
            responder.refuse(e);
        }
        response.awaitEnd();
        String written = response.written();
        return run == null
                ? written
                : written.replace(run.taskId(), "T")
                        .replaceAll("\"(created|created_at)\":" + run.admittedSeconds() + "\\b", "\"$1\":0");
    }

    /** The response of the last request. */
    public RecordingResponse response() {
        return response;
    }

    /** The run of the last request; null if it started none. */
    public @Nullable Run run() {
        return run;
    }

    /** The inputs of the component's calls, as JSON. */
    public List<Object> inputs() {
        return inputs;
    }

    /** The parameters that override those of the component's action, of each call. */
    public List<Map<String, Object>> parameters() {
        return parameters;
    }

    @Override
    public void close() {
        pumps.close();
    }

    /** A summary with a finish, 12 tokens of a prompt and 2 of an output. */
    public record Known(Finish reason, Optional<String> stopSequence) implements Summary {
        public Known(Finish reason) {
            this(reason, Optional.empty());
        }

        @Override
        public Optional<Finish> finish() {
            return Optional.of(reason);
        }

        @Override
        public OptionalInt promptTokens() {
            return OptionalInt.of(12);
        }

        @Override
        public OptionalInt completionTokens() {
            return OptionalInt.of(2);
        }
    }
}
