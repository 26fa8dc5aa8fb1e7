package dev.weir.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop} of one {@code for} statement. */
final class Loop implements Attributed {
    private final List<@Nullable Object> items;
    private int index;
    private @Nullable Object lastSeen;

    Loop(List<@Nullable Object> items) {
        this.items = items;
    }

    void moveTo(int index) {
        this.index = index;
    }

    @Override
    public @Nullable Object attribute(String name) {
        int size = items.size();
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) (size - index);
            case "revindex0" -> size - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == size - 1;
            case "length" -> (long) size;
            case "depth" -> 1L; // Only recursive loops are deeper.
            case "depth0" -> 0L;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index < size - 1 ? items.get(index + 1) : new Undefined("there is no next item");
            case "cycle" -> (JinjaFunction) this::cycle;
            case "changed" -> (JinjaFunction) this::changed;
            default -> Undefined.attribute(this, name);
        };
    }

    private @Nullable Object cycle(Arguments arguments) {
        List<@Nullable Object> values = arguments.positional();
        if (values.isEmpty()) {
            throw JinjaException.type("no items for cycling given");
        }
        return values.get(index % values.size());
    }

    private Object changed(Arguments arguments) {
        boolean changed = !Operators.areEqual(arguments.positional(), lastSeen, arguments.budget());
        lastSeen = arguments.positional();
        return changed;
    }
}
