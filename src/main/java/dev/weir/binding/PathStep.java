package dev.weir.binding;

/** One step of a path into a value. */
public sealed interface PathStep {

    /** {@code .name} or {@code ['name']}: the value of a map's key. */
    record Key(String name) implements PathStep {}

    /** {@code [3]}: an element of a list, {@code [-1]} being the last. */
    record Index(int index) implements PathStep {}

    /** {@code [*]}: every element of a list. */
    record Wildcard() implements PathStep {}
}
