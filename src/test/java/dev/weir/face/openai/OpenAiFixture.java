package dev.weir.face.openai;

import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.response.AnswerBudget;
import dev.weir.api.run.RunResponder;
import dev.weir.binding.Source;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.face.FaceRuns;
import dev.weir.json.Json;
import dev.weir.security.Access;
import dev.weir.sse.PumpFixture;
import dev.weir.sse.RecordingResponse;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunnerFixture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers requests of OpenAI's clients with workflows of one component that behaves as a test defines. */
final class OpenAiFixture implements AutoCloseable {
    private static final Map<String, Function<Map<String, @Nullable Object>, FaceRuns.Asked>> READERS = Map.of(
            "chat", ChatRequest::read, "completion", CompletionRequest::read, "embedding", EmbeddingRequest::read);

    private final PumpFixture pumps = new PumpFixture();
    private final RunnerFixture runner;
    /** The inputs of the component's calls, and the parameters that override those of its action. */
    final List<Object> inputs = new CopyOnWriteArrayList<>();

    final List<Map<String, Object>> parameters = new CopyOnWriteArrayList<>();
    RecordingResponse response = new RecordingResponse();

    @Nullable
    Run run;

    OpenAiFixture(String yaml, Function<Invocation, Output> behaviour) {
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

    /** Answers a request; gives the body of the answer, with the task's id as T and the time as 0. */
    String post(String kind, String json) throws InterruptedException {
        response = new RecordingResponse();
        run = null;
        ProblemDocuments problems = new ProblemDocuments(runner.workflows());
        RunResponder responder = new RunResponder(
                response,
                Access.open(),
                new OpenAiErrors(problems),
                new RunResponder.Services(
                        runner.runs(), problems, pumps.open(), pumps.tasks(), new AnswerBudget(1 << 20)));
        try {
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            ((Map<?, ?>) Json.parse(json)).forEach((key, value) -> body.put(String.valueOf(key), value));
            FaceRuns.Asked asked = READERS.get(kind).apply(body);
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
                        .replaceAll("\"created\":" + run.admittedSeconds() + "\\b", "\"created\":0");
    }

    /** The refused field, the code and the status of an answer, separated by spaces. */
    String refusal(String kind, String json) throws InterruptedException {
        Map<?, ?> error = (Map<?, ?>) ((Map<?, ?>) Json.parse(post(kind, json))).get("error");
        return response.status() + " " + error.get("code") + " " + error.get("param");
    }

    @Override
    public void close() {
        pumps.close();
    }
}
