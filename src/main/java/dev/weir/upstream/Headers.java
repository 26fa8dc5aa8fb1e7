package dev.weir.upstream;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Header fields in order; names are compared without regard to case. Immutable. */
public record Headers(List<Field> fields) {
    /** No fields. */
    public static final Headers NONE = new Headers(List.of());

    public Headers {
        fields = List.copyOf(fields);
    }

    /** One field. */
    public record Field(String name, String value) {
        /** Whether this field has the name {@code other}, without regard to case. */
        public boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }

        /** The name in lower case. */
        public String key() {
            return name.toLowerCase(Locale.ROOT);
        }
    }

    /** The value of the first field with that name. */
    public Optional<String> first(String name) {
        for (Field field : fields) {
            if (field.is(name)) {
                return Optional.of(field.value());
            }
        }
        return Optional.empty();
    }

    /** The values of all fields with that name, in order. */
    public List<String> all(String name) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
    }
}
