package dev.weir.filter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** One text that arrives in parts, each in another object of the stream. */
final class Field {
    private final Deque<Part> open = new ArrayDeque<>();
    private final Collector collector = new Collector(this::partIsCertain);
    private final FilterStep chain;

    /** The part of the text that one object contains. */
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

        /** Ends the field, which makes this part certain. */
        void endField() {
            if (!certain) {
                field.end();
            }
        }
    }

    Field(RunFilter filters) {
        chain = filters.chainTo(collector);
    }

    /** Adds the next part. {@code target} receives its filtered text when it is certain, possibly before this method returns. */
    Part add(String text, Consumer<String> target) {
        Part part = new Part(this, target);
        open.add(part);
        collector.send(text, chain);
        chain.mark();
        return part;
    }

    private void partIsCertain() {
        Part part = open.remove();
        part.target.accept(collector.take());
        part.certain = true;
    }

    /** Ends the text. The next part begins another text. */
    void end() {
        chain.end();
    }
}
