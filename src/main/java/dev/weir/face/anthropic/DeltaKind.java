package dev.weir.face.anthropic;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The deltas that bring a member of a block in pieces of text. */
enum DeltaKind {
    TEXT("text_delta", "text", "text"),
    THINKING("thinking_delta", "thinking", "thinking"),
    SIGNATURE("signature_delta", "signature", "signature"),
    /** The input of a call, as pieces of JSON. */
    INPUT("input_json_delta", "partial_json", "input");

    private final String type;
    private final String key;
    private final String member;

    DeltaKind(String type, String key, String member) {
        this.type = type;
        this.key = key;
        this.member = member;
    }

    /** The kind of a delta; null for another one. */
    static @Nullable DeltaKind of(Map<?, ?> delta) {
        for (DeltaKind kind : values()) {
            if (kind.type.equals(delta.get("type"))) {
                return kind;
            }
        }
        return null;
    }

    /** The member of a block. */
    String member() {
        return member;
    }

    /** The value of the member in a block that begins. */
    Object empty() {
        return this == INPUT ? Map.of() : "";
    }

    /** The piece that a delta of this kind brings; empty without one. */
    String piece(Map<?, ?> delta) {
        return delta.get(key) instanceof String text ? text : "";
    }

    /** A delta that brings a piece. */
    Map<String, Object> delta(String piece) {
        Map<String, Object> delta = new LinkedHashMap<>();
        delta.put("type", type);
        delta.put(key, piece);
        return delta;
    }
}
