package dev.weir.face.openai;

import dev.weir.api.run.RunAnswer;
import dev.weir.face.WholeOutput;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes one whole response from the value of a run, or from its chunks. One thread at a time uses it. */
final class WholeResponse implements WholeOutput, ResponseSink {
    private final ResponseContent content;

    WholeResponse(ResponseAnswer answer) {
        content = new ResponseContent(answer, this);
    }

    @Override
    public long add(Object chunk) {
        long before = content.kept();
        content.add(chunk);
        return content.kept() - before;
    }

    @Override
    public void value(@Nullable Object value) {
        content.add(value);
    }

    @Override
    public void event(String type, Map<String, ? extends @Nullable Object> members) {}

    @Override
    public void text(ResponseItem item, int part, String text) {}

    @Override
    public RunAnswer.Body body() {
        content.end();
        return RunAnswer.Body.json(content.document());
    }
}
