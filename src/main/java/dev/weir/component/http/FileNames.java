package dev.weir.component.http;

import dev.weir.binding.Reference;
import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file names and content types of input files that a body sends. The input {@code photo} has them in
 * {@code photo.filename} and {@code photo.content_type}.
 *
 * @param inputs the input's name for each field of the body
 * @param input the values of the run's input
 */
record FileNames(Map<String, String> inputs, Map<?, ?> input) {

    /** The names of the input files that {@code body} sends. */
    static FileNames in(Template body, Scope scope) {
        Map<String, String> inputs = new HashMap<>();
        for (Reference reference : body.references()) {
            List<Object> place = reference.place().path();
            if (reference.source() == Source.INPUT
                    && reference.path().size() == 1
                    && !place.isEmpty()
                    && place.get(0) instanceof String field) {
                reference.variable().ifPresent(variable -> inputs.putIfAbsent(field, variable));
            }
        }
        return new FileNames(inputs, scope.value(Source.INPUT, null) instanceof Map<?, ?> map ? map : Map.of());
    }

    Optional<String> fileName(String field) {
        return beside(field, ".filename");
    }

    Optional<String> contentType(String field) {
        return beside(field, ".content_type");
    }

    private Optional<String> beside(String field, String suffix) {
        return Optional.ofNullable(inputs.get(field))
                .map(variable -> input.get(variable + suffix))
                .map(Values::text);
    }
}
