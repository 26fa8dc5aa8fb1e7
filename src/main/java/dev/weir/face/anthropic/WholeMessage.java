package dev.weir.face.anthropic;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import dev.weir.api.run.RunAnswer;
import dev.weir.face.OutputText;
import dev.weir.face.WholeOutput;
import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import dev.weir.json.MemoryEstimate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes one whole message from the value of a run, or from its chunks. One thread at a time uses it. */
final class WholeMessage implements WholeOutput, BlockSink {
    private static final int LONGEST_NAME = 100;

    private final MessageAnswer answer;
    private final ContentReader content = new ContentReader(this);
    private final Map<Integer, Block> blocks = new TreeMap<>();
    private Map<?, ?> own = Map.of();
    private long kept;

    WholeMessage(MessageAnswer answer) {
        this.answer = answer;
    }

    /** A block, whose content comes in pieces. */
    private static final class Block {
        private final Map<String, @Nullable Object> members = new LinkedHashMap<>();
        private final Map<DeltaKind, StringBuilder> texts = new EnumMap<>(DeltaKind.class);
        private final List<Object> citations = new ArrayList<>();

        Block(Map<?, ?> begin) {
            begin.forEach((key, value) -> members.put(String.valueOf(key), value));
        }

        void append(DeltaKind kind, String text) {
            texts.computeIfAbsent(kind, any -> new StringBuilder()).append(text);
        }

        Map<String, @Nullable Object> whole(boolean isCutOff) {
            Map<String, @Nullable Object> whole = new LinkedHashMap<>(members);
            texts.forEach((kind, text) -> {
                String member = kind.member();
                if (kind == DeltaKind.INPUT) {
                    whole.put(member, input(text.toString(), isCutOff));
                } else {
                    whole.put(member, whole.get(member) instanceof String begin ? begin + text : text.toString());
                }
            });
            if (!citations.isEmpty()) {
                whole.put("citations", citations);
            }
            return whole;
        }

        /** The input of a call. That of a call that a limit has cut off is empty, since its JSON is incomplete. */
        private Object input(String json, boolean isCutOff) {
            try {
                return Json.parse(json) instanceof Map<?, ?> input ? input : incomplete(isCutOff);
            } catch (JsonSyntaxException e) {
                return incomplete(isCutOff);
            }
        }

        private Object incomplete(boolean isCutOff) {
            if (isCutOff) {
                return Map.of();
            }
            throw new WeirException(
                    ErrorCode.UPSTREAM_MALFORMED,
                    "the input of the call of tool '" + Excerpt.of(OutputText.of(members.get("name")), LONGEST_NAME)
                            + "' is no JSON object");
        }
    }

    @Override
    public long add(Object chunk) {
        long before = kept;
        content.add(chunk);
        return kept - before;
    }

    @Override
    public void value(@Nullable Object value) {
        content.add(value);
    }

    @Override
    public void begin(Map<?, ?> message) {
        own = message;
    }

    @Override
    public void open(int index, Map<?, ?> block) {
        blocks.put(index, new Block(block));
        kept += MemoryEstimate.bytes(block);
    }

    @Override
    public void text(int index, String text) {
        append(index, DeltaKind.TEXT, text);
    }

    private void append(int index, DeltaKind kind, String text) {
        if (!text.isEmpty()) {
            block(index).append(kind, text);
            kept += MemoryEstimate.bytes(text);
        }
    }

    private Block block(int index) {
        return blocks.computeIfAbsent(index, any -> new Block(Map.of()));
    }

    @Override
    public void delta(int index, Map<?, ?> delta) {
        DeltaKind kind = DeltaKind.of(delta);
        if (kind != null) {
            append(index, kind, kind.piece(delta));
        } else if (delta.get("citation") instanceof Map<?, ?> citation) {
            block(index).citations.add(citation);
            kept += MemoryEstimate.bytes(citation);
        }
    }

    @Override
    public void close(int index) {}

    @Override
    public void whole(int index, Map<?, ?> block) {
        open(index, block);
    }

    @Override
    public RunAnswer.Body body() {
        content.end();
        Map<String, @Nullable Object> stop = answer.stop(content.stop(), content.hasCalls());
        boolean isCutOff = "max_tokens".equals(stop.get("stop_reason"));
        List<Object> all = new ArrayList<>();
        blocks.values().forEach(block -> all.add(block.whole(isCutOff)));
        return RunAnswer.Body.json(answer.message(all, stop, answer.usage(content.usage()), own));
    }
}
