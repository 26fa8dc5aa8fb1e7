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
 * The chunks of one stream on their way through filters. Chunks that are texts are one text: what of it is certain goes on,
 * the rest with a later chunk. Of chunks that are objects, the texts that stand in the same {@linkplain Field field} are one
 * text: such a chunk goes on, with what is left of its own texts, when all of them are certain, so that none is torn apart
 * and none is overtaken. Belongs to one thread.
 */
final class ChunkFilter {
    /** How many chunks wait for a field to go on before it is taken to have ended. */
    private static final int MOST_WAITING = 16;

    /** How many fields and what leads there are remembered; then all are taken to have ended. */
    private static final int MOST_PATHS = 1_000;

    /** Where an object says which of several texts its own go on with. */
    private static final String INDEX = "index";

    private final RunFilter filters;
    private final Optional<Content> content;
    private final Collector collector = new Collector(() -> {});
    private final Passage way;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final FieldPath root = new FieldPath();
    private final List<Field> fields = new ArrayList<>();

    /** A chunk, and those of its texts that may not be certain yet. */
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
        this.way = filters.wayTo(collector);
    }

    /** Takes a chunk, and hands on what is certain now. */
    void add(Object chunk, Consumer<Object> out) {
        if (chunk instanceof String text) {
            collector.send(text, way);
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

    /** Ends the text that text chunks make: what comes now stands between them and others. */
    private void endText() {
        way.end();
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

    /** Hands on all that was kept. */
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
                // What has an index of its own is told by that, wherever it stands.
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
