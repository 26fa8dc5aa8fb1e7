package dev.weir.binding;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The environment as a configuration sees it, and the guard of its secrets. Immutable.
 *
 * <p>The process environment comes first, then the {@code .env} file. The values of the variables that the configuration
 * refers to may be secrets, and so may texts that it writes out: {@link #mask} keeps them out of messages and logs.
 */
public final class EnvironmentVariables {
    private static final EnvironmentVariables NONE = new EnvironmentVariables(Map.of(), Set.of(), Set.of());
    /** Shorter values ("1", "en") are no secrets, and masking them would make messages unreadable. */
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

    /** The variables of the process and, for the names it lacks, those of the file. */
    public static EnvironmentVariables of(Map<String, String> process, Map<String, String> file) {
        Map<String, String> values = new LinkedHashMap<>(file);
        values.putAll(process);
        return new EnvironmentVariables(Map.copyOf(values), Set.of(), Set.of());
    }

    /**
     * What a configuration needs of this environment: the variables that it refers to, and no copy of any other.
     *
     * @param names those variables
     * @param plain secrets that the configuration writes out
     */
    public EnvironmentVariables referencedBy(Set<String> names, Set<String> plain) {
        return referencedBy(names, value -> false, plain);
    }

    /**
     * The same, where some values are no secrets.
     *
     * @param harmless tells a value that messages may show, unless it is among {@code plain}
     */
    public EnvironmentVariables referencedBy(Set<String> names, Predicate<String> harmless, Set<String> plain) {
        Map<String, String> needed = new LinkedHashMap<>();
        Set<String> all = new LinkedHashSet<>(plain);
        names.forEach(name -> {
            String value = values.get(name);
            if (value != null) {
                needed.put(name, value);
                if (isSecret(value) && !harmless.test(value)) {
                    all.add(value);
                }
            }
        });
        return new EnvironmentVariables(Map.copyOf(needed), Set.copyOf(names), Set.copyOf(all));
    }

    /** An environment without variables that keeps the secrets of both out of messages. */
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
     * {@code text} with every secret, save the very short ones, replaced by {@code ***}, in whatever spelling; also the
     * beginning of a secret that was cut off ({@code …}).
     */
    public String mask(String text) {
        return mask.mask(text);
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
