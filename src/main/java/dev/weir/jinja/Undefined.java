package dev.weir.jinja;

/**
 * The value of a name or attribute that is not set. It is empty when printed, false as a condition, empty when iterated, and an
 * error everywhere else.
 *
 * @param reason the error, such as {@code 'x' is undefined}
 */
record Undefined(String reason) {
    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    static Undefined attribute(Object owner, Object name) {
        String kind = PythonText.kind(owner);
        return new Undefined("'" + kind + " object' has no attribute '" + PythonText.shown(name) + "'");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Undefined;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
