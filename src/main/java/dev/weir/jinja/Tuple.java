package dev.weir.jinja;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A list that Python writes in parentheses. */
final class Tuple extends AbstractList<@Nullable Object> implements RandomAccess {
    private final List<@Nullable Object> elements;

    Tuple(List<@Nullable Object> elements) {
        this.elements = elements;
    }

    @Override
    public @Nullable Object get(int index) {
        return elements.get(index);
    }

    @Override
    public int size() {
        return elements.size();
    }
}
