package dev.weir.filter;

import dev.weir.stream.Content;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Filters the chunks of one stream. Belongs to one thread.
 *
 * <p>Successive text chunks form one text: its certain part is passed on, the rest follows with a later chunk.
 *
 * <p>In chunks that are objects, the texts of the same {@linkplain Field field} form one text. An object is passed on, with
 * its filtered texts, when all its texts are certain. Objects are neither split nor reordered.
 */
final class ChunkFilter {
    /** The most chunks that wait for a field to continue. Then the field is assumed to have ended. */
    private static final int MOST_WAITING = 16;

    /** The most paths that are remembered. Then all fields are assumed to have ended. */
    private static final int MOST_PATHS = 1_000;

    /** The key for the number of the text that an object continues, in a stream of several texts. */
    private static final String INDEX = "index";

    private final RunFilter filters;
    private final Optional<Content> content;
    private final Collector collector = new Collector(() -> {});
    private final FilterStep chain;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final FieldPath root = new FieldPath();
    private final List<Field> fields = new ArrayList<>();

    /** A chunk, and its texts that may not be certain yet. */
    private record Waiting(Object chunk, List<Field.Part> parts) {
        boolean isCertain() {
            for (Field.Part part : parts) {
                if (!part.isCertain()) {
                    return false;
                }
            }
            return true;
        }
    }

    ChunkFilter(RunFilter filters, Optional<Content> content) {
        this.filters = filters;
        this.content = content;
        this.chain = filters.chainTo(collector);
    }

    /**
     * Filters a chunk, and gives all chunks that are certain now to {@code out}.
     *
     * @throws dev.weir.WeirException {@code OUTPUT_BLOCKED} if a filter blocks a match, or if bytes may be text
     */
    void add(Object chunk, Consumer<Object> out) {
        if (chunk instanceof String text) {
            collector.send(text, chain);
            putText();
        } else {
            endText();
            put(chunk);
        }
        handOn(out);
        while (queue.size() > MOST_WAITING) {
            queue.element().parts().forEach(Field.Part::endField);
            handOn(out);
        }
    }

    private void put(Object chunk) {
        if (chunk instanceof byte[]) {
            RunFilter.requireNoText(content);
        }
        if (root.size() > MOST_PATHS) {
            endFields();
            fields.clear();
            root.clear();
        }
        List<Field.Part> parts = new ArrayList<>();
        Object copy = copy(chunk, root, parts);
        queue.add(new Waiting(copy == null ? chunk : copy, parts));
    }

    /** Ends the text of the text chunks, because a chunk of another kind follows. */
    private void endText() {
        chain.end();
        putText();
    }

    private void putText() {
        String text = collector.take();
        if (!text.isEmpty()) {
            queue.add(new Waiting(text, List.of()));
        }
    }

    private void endFields() {
        fields.forEach(Field::end);
    }

    private void handOn(Consumer<Object> out) {
        while (!queue.isEmpty() && queue.element().isCertain()) {
            out.accept(queue.remove().chunk());
        }
    }

    /** Ends all texts, and gives the remaining chunks to {@code out}. */
    void end(Consumer<Object> out) {
        endFields();
        endText();
        handOn(out);
    }

    private @Nullable Object copy(@Nullable Object value, FieldPath path, List<Field.Part> parts) {
        return value instanceof Map<?, ?> map
                ? copy(map, path, parts)
                : value instanceof List<?> list ? copy(list, path, parts) : value;
    }

    private Map<Object, @Nullable Object> copy(Map<?, ?> map, FieldPath path, List<Field.Part> parts) {
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
        Number index = index(map);
        FieldPath here = index == null ? path : path.under(index);
        map.forEach((key, member) -> {
            copy.put(key, member);
            if (member instanceof String text) {
                send(text, here, key, filtered -> copy.put(key, filtered), parts);
            } else if (member instanceof Map || member instanceof List) {
                copy.put(key, copy(member, here.under(key), parts));
            }
        });
        return copy;
    }

    private List<@Nullable Object> copy(List<?> list, FieldPath path, List<Field.Part> parts) {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        for (Object element : list) {
            int place = copy.size();
            copy.add(element);
            if (element instanceof String text) {
                send(text, path, place, filtered -> copy.set(place, filtered), parts);
            } else if (element instanceof Map || element instanceof List) {
                // An object with an index is identified by that index, not by its position.
                copy.set(place, copy(element, index(element) == null ? path.under(place) : path, parts));
            }
        }
        return copy;
    }

    private static @Nullable Number index(Object value) {
        return value instanceof Map<?, ?> map && map.get(INDEX) instanceof Number index ? index : null;
    }

    private void send(String text, FieldPath path, Object key, Consumer<String> target, List<Field.Part> parts) {
        if (FieldPath.isAboutTheChunk(key)) {
            target.accept(filters.whole(text));
            return;
        }
        parts.add(path.field(key, this::newField).add(text, target));
    }

    private Field newField() {
        Field field = new Field(filters);
        fields.add(field);
        return field;
    }
}
