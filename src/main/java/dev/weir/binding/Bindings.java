package dev.weir.binding;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The usual scope: sources bound to values. Immutable; each {@code with…} method returns a new scope. */
public final class Bindings implements Scope {
    private static final Bindings EMPTY = new Bindings(Map.of(), Map.of(), EnvironmentVariables.none());

    private final Map<Source, @Nullable Object> values;
    private final Map<String, @Nullable Object> jobOutputs;
    private final EnvironmentVariables environment;

    private Bindings(
            Map<Source, @Nullable Object> values,
            Map<String, @Nullable Object> jobOutputs,
            EnvironmentVariables environment) {
        this.values = values;
        this.jobOutputs = jobOutputs;
        this.environment = environment;
    }

    /** Returns a scope without bindings: the value of every source is null. */
    public static Bindings empty() {
        return EMPTY;
    }

    /**
     * This scope with one more source bound.
     *
     * @throws IllegalArgumentException for {@link Source#JOB_OUTPUT} and {@link Source#ENV}, which are bound by name
     */
    public Bindings with(Source source, @Nullable Object value) {
        if (source == Source.JOB_OUTPUT || source == Source.ENV) {
            throw new IllegalArgumentException(source + " is bound by name");
        }
        Map<Source, @Nullable Object> extended = new EnumMap<>(Source.class);
        extended.putAll(values);
        extended.put(source, value);
        return new Bindings(extended, jobOutputs, environment);
    }

    /** This scope with {@code ${jobs.<id>.output}} bound. */
    public Bindings withJob(String id, @Nullable Object output) {
        Map<String, @Nullable Object> extended = new HashMap<>(jobOutputs);
        extended.put(id, output);
        return new Bindings(values, extended, environment);
    }

    /** This scope with {@code ${env.…}} bound. */
    public Bindings withEnvironment(EnvironmentVariables variables) {
        return new Bindings(values, jobOutputs, variables);
    }

    @Override
    public @Nullable Object value(Source source, @Nullable String name) {
        return switch (source) {
            case JOB_OUTPUT -> jobOutputs.get(name);
            case ENV -> name == null ? null : environment.value(name);
            default -> values.get(source);
        };
    }
}
