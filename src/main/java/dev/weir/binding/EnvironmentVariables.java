package dev.weir.binding;

import dev.weir.binding.mask.SecretMask;
import dev.weir.json.Scalars;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables of a configuration, and the mask of its secrets. Immutable.
 *
 * <p>The process environment has precedence over the {@code .env} file. The values of referenced variables may be secrets,
 * and so may texts that the configuration contains: {@link #mask} keeps both out of messages and logs.
 */
public final class EnvironmentVariables {
    private static final EnvironmentVariables NONE = new EnvironmentVariables(Map.of(), Set.of(), Set.of());
    /** Shorter values ("1", "en") are not secrets: masking them would make messages unreadable. */
    private static final int SHORTEST_SECRET = 4;

    private final Map<String, String> values;
    private final Set<String> referenced;
    private final Set<String> secrets;
    private final SecretMask mask;

    private EnvironmentVariables(Map<String, String> values, Set<String> referenced, Set<String> secrets) {
        this.values = values;
        this.referenced = referenced;
        this.secrets = secrets;
        this.mask = new SecretMask(
                secrets.stream().filter(EnvironmentVariables::isSecret).toList());
    }

    /** An environment without variables. */
    public static EnvironmentVariables none() {
        return NONE;
    }

    /** Merges the variables of the process and of the file. The process has precedence. */
    public static EnvironmentVariables of(Map<String, String> process, Map<String, String> file) {
        Map<String, String> values = new LinkedHashMap<>(file);
        values.putAll(process);
        return new EnvironmentVariables(Map.copyOf(values), Set.of(), Set.of());
    }

    /**
     * Returns the part of this environment that a configuration needs: only the referenced variables.
     *
     * @param names the referenced variables
     * @param plain secrets that the configuration contains as plain text
     */
    public EnvironmentVariables referencedBy(Set<String> names, Set<String> plain) {
        return referencedBy(names, value -> false, plain);
    }

    /**
     * As {@link #referencedBy(Set, Set)}, where some values are not secrets.
     *
     * @param harmless true for a value that messages may show, unless {@code plain} contains it
     */
    public EnvironmentVariables referencedBy(Set<String> names, Predicate<String> harmless, Set<String> plain) {
        Map<String, String> needed = new LinkedHashMap<>();
        Set<String> all = new LinkedHashSet<>(plain);
        names.forEach(name -> {
            String value = values.get(name);
            if (value != null) {
                needed.put(name, value);
                Stream.concat(Stream.of(value), parts(Scalars.canonical(value)))
                        .filter(part -> isSecret(part) && !harmless.test(part))
                        .forEach(all::add);
            }
        });
        return new EnvironmentVariables(Map.copyOf(needed), Set.copyOf(names), Set.copyOf(all));
    }

    /** Returns an environment without variables that masks the secrets of both. */
    public EnvironmentVariables secretsWith(EnvironmentVariables other) {
        Set<String> all = new LinkedHashSet<>(secrets);
        all.addAll(other.secrets);
        return values.isEmpty() && all.equals(secrets)
                ? this
                : new EnvironmentVariables(Map.of(), Set.of(), Set.copyOf(all));
    }

    /** The value of a variable, null if it is not set. */
    public @Nullable String value(String name) {
        return values.get(name);
    }

    /**
     * Replaces every secret in a text by {@code ***}, in any spelling, also the beginning of a secret that was cut off
     * ({@code …}). Very short secrets are not masked.
     */
    public String mask(String text) {
        return mask.mask(text);
    }

    /** The texts in a list or a map: a run may take them out of the variable. */
    private static Stream<String> parts(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().flatMap(part -> Stream.concat(texts(part), parts(part)));
        }
        return value instanceof List<?> list
                ? list.stream().flatMap(part -> Stream.concat(texts(part), parts(part)))
                : Stream.empty();
    }

    private static Stream<String> texts(@Nullable Object value) {
        return value instanceof String || value instanceof Number ? Stream.of(Values.text(value)) : Stream.empty();
    }

    private static boolean isSecret(String value) {
        return value.length() >= SHORTEST_SECRET && !value.equals("true") && !value.equals("false");
    }

    /** The names only: values stay out of logs. */
    @Override
    public String toString() {
        return "EnvironmentVariables[referenced=" + referenced + "]";
    }
}
