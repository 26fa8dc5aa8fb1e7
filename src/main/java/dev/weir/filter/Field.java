package dev.weir.filter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** One text that comes in parts, each of which has a place of its own in an object. */
final class Field {
    private final Deque<Part> open = new ArrayDeque<>();
    private final Collector collector = new Collector(this::partIsCertain);
    private final Passage way;

    /** A text as one object had it. */
    static final class Part {
        private final Field field;
        private final Consumer<String> target;
        private boolean certain;

        private Part(Field field, Consumer<String> target) {
            this.field = field;
            this.target = target;
        }

        boolean isCertain() {
            return certain;
        }

        /** The field goes on no more, so that this is certain. */
        void endField() {
            if (!certain) {
                field.end();
            }
        }
    }

    Field(RunFilter filters) {
        way = filters.wayTo(collector);
    }

    /** The text goes on; {@code target} is given what is left of this part once that is certain, at once if it is now. */
    Part add(String text, Consumer<String> target) {
        Part part = new Part(this, target);
        open.add(part);
        collector.send(text, way);
        way.mark();
        return part;
    }

    private void partIsCertain() {
        Part part = open.remove();
        part.target.accept(collector.take());
        part.certain = true;
    }

    /** The text has ended; what comes next is another. */
    void end() {
        way.end();
    }
}
