package dev.weir.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The left side of an assignment. */
sealed interface Target {
    void assign(JinjaScope scope, @Nullable Object value);

    record Variable(String name) implements Target {
        @Override
        public void assign(JinjaScope scope, @Nullable Object value) {
            scope.set(name, value);
        }
    }

    /** {@code namespace.name}. */
    record Member(String namespace, String name) implements Target {
        @Override
        public void assign(JinjaScope scope, @Nullable Object value) {
            if (!(scope.get(namespace) instanceof Namespace members)) {
                throw JinjaException.type("cannot assign attribute on non-namespace object '" + namespace + "'");
            }
            members.set(name, value);
        }
    }

    /** {@code a, b}: one element each. */
    record Several(List<Target> targets) implements Target {
        @Override
        public void assign(JinjaScope scope, @Nullable Object value) {
            List<@Nullable Object> elements = Operators.items(value, scope.budget());
            if (elements.size() != targets.size()) {
                throw JinjaException.type(
                        "cannot unpack " + elements.size() + " value(s) into " + targets.size() + " names");
            }
            for (int i = 0; i < elements.size(); i++) {
                targets.get(i).assign(scope, elements.get(i));
            }
        }
    }
}
