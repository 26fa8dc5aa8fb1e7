package dev.weir.face.openai;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the events of a response in their order. One thread at a time uses it. */
interface ResponseSink {
    /**
     * An event.
     *
     * @param members its members after the type and the number
     */
    void event(String type, Map<String, ? extends @Nullable Object> members);

    /** The next text of a part, the most frequent event. */
    void text(ResponseItem item, int part, String text);
}
