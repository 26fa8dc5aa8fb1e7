package dev.weir.jinja;

import org.jspecify.annotations.Nullable;

/** A test, the name after {@code is}. */
@FunctionalInterface
interface Test {
    boolean holds(@Nullable Object value, Arguments arguments);

    /**
     * Returns the test of that name.
     *
     * @throws JinjaException if there is none
     */
    static Test named(String name) {
        Test test = Tests.ALL.find(name);
        if (test == null) {
            throw new JinjaException("no test named '" + PythonText.shown(name) + "'");
        }
        return test;
    }
}
