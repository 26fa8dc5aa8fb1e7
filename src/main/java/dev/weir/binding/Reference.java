package dev.weir.binding;

import dev.weir.json.PathStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One use of a source in a template, with its type, default and annotations.
 *
 * @param name the job's id or the environment variable's name; null for the other sources
 * @param path the steps from the source into its value
 * @param type what {@code as} declares; null without it
 * @param hasDefault whether a {@code | default} is declared
 * @param defaultValue the default if it is a constant, otherwise null
 * @param defaultType the type of the default if the configuration alone tells it, otherwise null
 * @param annotations {@code @(name text)}, in order
 * @param place its place in the template
 */
public record Reference(
        Source source,
        @Nullable String name,
        List<PathStep> path,
        @Nullable ValueType type,
        boolean hasDefault,
        @Nullable Object defaultValue,
        @Nullable ValueType defaultType,
        Map<String, String> annotations,
        Place place) {

    public Reference {
        path = List.copyOf(path);
    }

    /** The first step of the path if it is a key: {@code prompt} of {@code ${input.prompt.text}}. */
    public Optional<String> variable() {
        return !path.isEmpty() && path.get(0) instanceof PathStep.Key key ? Optional.of(key.name()) : Optional.empty();
    }

    /** True for {@code ${jobs.<jobId>.output}}, with any path. */
    public boolean isOutputOf(String jobId) {
        return source == Source.JOB_OUTPUT && jobId.equals(name);
    }

    /** True if another reference of the template stands in this reference's default: this value has precedence over it. */
    public boolean isDefaultedBy(Reference other) {
        return hasDefault && place.path().equals(other.place.path()) && place.offset() < other.place.offset();
    }

    /** Returns the keys of the path; empty if it has other steps, too. */
    public Optional<List<Object>> keys() {
        List<Object> keys = new ArrayList<>();
        for (PathStep step : path) {
            if (!(step instanceof PathStep.Key key)) {
                return Optional.empty();
            }
            keys.add(key.name());
        }
        return Optional.of(keys);
    }

    /** Returns the paths of the references that lead into a chunk. */
    public static List<List<PathStep>> chunkPaths(List<Reference> references) {
        return references.stream()
                .filter(reference -> reference.source().isChunk())
                .map(Reference::path)
                .toList();
    }

    /**
     * A place in a template.
     *
     * @param path the keys (String) and positions (Integer) that lead to the string
     * @param offset an index into the string's chars, from 0
     */
    public record Place(List<Object> path, int offset) {
        public Place {
            path = List.copyOf(path);
        }
    }
}
