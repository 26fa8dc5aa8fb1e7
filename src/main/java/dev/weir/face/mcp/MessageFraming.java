package dev.weir.face.mcp;

import dev.weir.WeirException;
import dev.weir.json.Json;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Frames the progress and the result of a call as events, each with one message.
 *
 * @param token the token of the progress
 * @param result makes the response from the whole output
 */
record MessageFraming(Object token, Function<@Nullable Object, Map<String, @Nullable Object>> result)
        implements EventFraming {
    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public void frame(@Nullable Object chunk, ByteBuilder out) {
        if (chunk instanceof ProgressSource.Progress progress) {
            event(Json.write(McpMessages.progress(token, progress.chunks(), progress.text())), out);
        } else if (chunk instanceof ProgressSource.Outcome outcome) {
            event(Json.write(result.apply(outcome.value())), out);
        } else {
            throw new IllegalArgumentException("a call of a tool has progress and an outcome, no other chunks");
        }
    }

    @Override
    public void fail(WeirException failure, String problem, ByteBuilder out) {
        event(problem, out);
    }

    private static void event(String message, ByteBuilder out) {
        out.ascii("event: message\ndata: ").utf8(message).ascii("\n\n");
    }
}
