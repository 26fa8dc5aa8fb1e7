package dev.weir.face.openai;

import dev.weir.WeirException;
import dev.weir.json.Json;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The framing of a streamed response: events with their types and numbers, of which the last one has the whole response. A failure
 * is the event {@code response.failed}.
 */
final class ResponseEvents implements EventFraming, ResponseSink {
    /** The largest capacity in characters that is kept for the next text. */
    private static final int KEPT = 32 * 1024;

    private static final String DELTA = "response.output_text.delta";
    private static final String BEFORE = "event: " + DELTA + "\ndata: {\"type\":\"" + DELTA + "\",\"sequence_number\":";

    private final ResponseContent content;
    private ByteBuilder out = new ByteBuilder();
    private StringBuilder json = new StringBuilder();
    private long number;
    /** The place of the last text, and the JSON that names it. */
    private @Nullable ResponseItem placed;

    private int placedPart;
    private String place = "";

    ResponseEvents(ResponseAnswer answer) {
        content = new ResponseContent(answer, this);
    }

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public void frame(@Nullable Object chunk, ByteBuilder to) {
        out = to;
        content.add(chunk);
    }

    @Override
    public void finish(ByteBuilder to) {
        out = to;
        content.flush();
    }

    @Override
    public void complete(ByteBuilder to) {
        out = to;
        content.end();
    }

    @Override
    public void fail(WeirException failure, String problem, ByteBuilder to) {
        out = to;
        content.fail(code(failure.code().status()), ResponseContent.message(problem));
    }

    /** The code of a failure, of those that the API has. */
    private static String code(int status) {
        if (status == 429) {
            return "rate_limit_exceeded";
        }
        return status >= 500 ? "server_error" : "invalid_prompt";
    }

    @Override
    public void event(String type, Map<String, ? extends @Nullable Object> members) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("type", type);
        event.put("sequence_number", number++);
        event.putAll(members);
        out.ascii("event: ")
                .utf8(type)
                .ascii("\ndata: ")
                .utf8(Json.write(event))
                .ascii("\n\n");
    }

    @Override
    public void text(ResponseItem item, int part, String text) {
        if (placed != item || placedPart != part) {
            placed = item;
            placedPart = part;
            String members = Json.write(item.place(part));
            place = "," + members.substring(1, members.length() - 1) + ",\"delta\":";
        }
        json.setLength(0);
        Json.write(text, json);
        out.ascii(BEFORE).ascii(Long.toString(number++)).utf8(place).utf8(json).ascii(",\"logprobs\":[]}\n\n");
        if (json.capacity() > KEPT) {
            json = new StringBuilder();
        }
    }
}
