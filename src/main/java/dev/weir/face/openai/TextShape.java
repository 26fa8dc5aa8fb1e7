package dev.weir.face.openai;

import dev.weir.stream.Summary;

/** The two shapes of texts in OpenAI's API. */
enum TextShape {
    /** Messages with deltas. */
    CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk", "{\"content\":", "}"),
    /** Plain texts. A chunk has the same shape as a whole. */
    COMPLETION("cmpl-", "text_completion", "text_completion", "", "");

    private final String idPrefix;
    private final String whole;
    private final String chunk;
    private final String textBegin;
    private final String textEnd;

    TextShape(String idPrefix, String whole, String chunk, String textBegin, String textEnd) {
        this.idPrefix = idPrefix;
        this.whole = whole;
        this.chunk = chunk;
        this.textBegin = textBegin;
        this.textEnd = textEnd;
    }

    String idPrefix() {
        return idPrefix;
    }

    /** The value of {@code object} in a whole answer. */
    String whole() {
        return whole;
    }

    /** The value of {@code object} in a chunk. */
    String chunk() {
        return chunk;
    }

    /** The name of a choice's member with the new text of a chunk. */
    String part() {
        return this == CHAT ? "delta" : "text";
    }

    /** The JSON around a text in a chunk's choice. */
    String textBegin() {
        return textBegin;
    }

    String textEnd() {
        return textEnd;
    }

    /** The JSON of the new part in the last chunk of a choice. */
    String emptyPart() {
        return this == CHAT ? "{}" : "\"\"";
    }

    /** The finish reason of a summary. */
    String finish(Summary summary) {
        return summary.finish().map(this::name).orElse("stop");
    }

    private String name(Summary.Finish finish) {
        return switch (finish) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> this == CHAT ? "tool_calls" : "stop";
            case CONTENT_FILTER -> "content_filter";
        };
    }
}
