package dev.weir.face.anthropic;

import dev.weir.face.OutputText;
import dev.weir.json.Json;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The framing of a streamed message: its beginning with the first chunk, its blocks, the reason of its end with the usage, and its
 * end. The heartbeat is a {@code ping} once the message has begun.
 */
final class MessageEvents implements EventFraming, BlockSink {
    /** The largest capacity in characters that is kept for the next text. */
    private static final int KEPT = 32 * 1024;

    private static final String TYPE = "type";
    private static final String INDEX = "index";
    private static final String DELTA = "content_block_delta";

    private final MessageAnswer answer;
    private final ContentReader content = new ContentReader(this);
    private ByteBuilder out = new ByteBuilder();
    private StringBuilder json = new StringBuilder();

    MessageEvents(MessageAnswer answer) {
        this.answer = answer;
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
        Map<String, @Nullable Object> last = event("message_delta");
        last.put("delta", answer.stop(content.stop(), content.hasCalls()));
        last.put("usage", answer.usage(content.usage()));
        write(last);
        write(event("message_stop"));
    }

    @Override
    public void heartbeat(boolean begun, ByteBuilder to) {
        if (begun) {
            out = to;
            write(event("ping"));
        } else {
            EventFraming.super.heartbeat(false, to);
        }
    }

    @Override
    public void begin(Map<?, ?> own) {
        Map<String, Object> usage = answer.usage(Map.of());
        usage.put("output_tokens", 0);
        usage.putAll(content.usage());
        Map<String, @Nullable Object> start = event("message_start");
        start.put("message", answer.message(List.of(), Map.of(), usage, own));
        write(start);
    }

    @Override
    public void open(int index, Map<?, ?> block) {
        Map<String, @Nullable Object> start = event("content_block_start", index);
        start.put("content_block", block);
        write(start);
    }

    @Override
    public void text(int index, String text) {
        json.setLength(0);
        Json.write(text, json);
        out.ascii("event: " + DELTA + "\ndata: {\"type\":\"" + DELTA + "\",\"index\":")
                .ascii(Integer.toString(index))
                .ascii(",\"delta\":{\"type\":\"text_delta\",\"text\":")
                .utf8(json)
                .ascii("}}\n\n");
        if (json.capacity() > KEPT) {
            json = new StringBuilder();
        }
    }

    @Override
    public void delta(int index, Map<?, ?> delta) {
        Map<String, @Nullable Object> event = event(DELTA, index);
        event.put("delta", delta);
        write(event);
    }

    @Override
    public void close(int index) {
        write(event("content_block_stop", index));
    }

    /** A block begins without the content that its deltas bring. */
    @Override
    public void whole(int index, Map<?, ?> block) {
        Map<Object, @Nullable Object> start = new LinkedHashMap<>(block);
        List<Map<?, ?>> deltas = new ArrayList<>();
        for (DeltaKind kind : DeltaKind.values()) {
            Object value = block.get(kind.member());
            if (kind == DeltaKind.INPUT ? value instanceof Map : value instanceof String) {
                start.put(kind.member(), kind.empty());
                if (!kind.empty().equals(value)) {
                    deltas.add(kind.delta(OutputText.of(value)));
                }
            }
        }
        open(index, start);
        deltas.forEach(delta -> delta(index, delta));
        close(index);
    }

    private static Map<String, @Nullable Object> event(String type) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put(TYPE, type);
        return event;
    }

    private static Map<String, @Nullable Object> event(String type, int index) {
        Map<String, @Nullable Object> event = event(type);
        event.put(INDEX, index);
        return event;
    }

    private void write(Map<String, @Nullable Object> event) {
        out.ascii("event: ")
                .ascii(String.valueOf(event.get(TYPE)))
                .ascii("\ndata: ")
                .utf8(Json.write(event))
                .ascii("\n\n");
    }
}
