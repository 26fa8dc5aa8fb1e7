package dev.weir.face.openai;

import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.face.FaceFixture;
import dev.weir.face.FaceRuns;
import dev.weir.json.Json;
import dev.weir.sse.RecordingResponse;
import dev.weir.workflow.Run;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers requests of OpenAI's clients with workflows of one component that behaves as a test defines. */
final class OpenAiFixture implements AutoCloseable {
    private static final Map<String, Function<Map<String, @Nullable Object>, FaceRuns.Asked>> READERS = Map.of(
            "chat", ChatRequest::read,
            "completion", CompletionRequest::read,
            "embedding", EmbeddingRequest::read,
            "response", ResponseRequest::read);

    private final FaceFixture face;
    /** The inputs of the component's calls, and the parameters that override those of its action. */
    final List<Object> inputs;

    final List<Map<String, Object>> parameters;
    RecordingResponse response = new RecordingResponse();

    @Nullable
    Run run;

    OpenAiFixture(String yaml, Function<Invocation, Output> behaviour) {
        face = new FaceFixture(yaml, behaviour, OpenAiErrors::new);
        inputs = face.inputs();
        parameters = face.parameters();
    }

    /** Answers a request; gives the body of the answer, with the task's id as T and the time as 0. */
    String post(String kind, String json) throws InterruptedException {
        String written = face.post(READERS.get(kind), json);
        response = face.response();
        run = face.run();
        return written;
    }

    /** The refused field, the code and the status of an answer, separated by spaces. */
    String refusal(String kind, String json) throws InterruptedException {
        Map<?, ?> error = (Map<?, ?>) ((Map<?, ?>) Json.parse(post(kind, json))).get("error");
        return response.status() + " " + error.get("code") + " " + error.get("param");
    }

    @Override
    public void close() {
        face.close();
    }
}
