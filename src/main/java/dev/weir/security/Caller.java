package dev.weir.security;

import java.util.Set;
import java.util.function.Predicate;

/** The authenticated identity behind a request: a name, which owns tasks, and roles. Immutable. */
public final class Caller {
    /** The caller without {@code controller.auth}: it may do everything, and all tasks belong to it. */
    public static final Caller ANYONE = new Caller("", role -> true, true);

    /** A caller without valid credentials on a path that does not need them. */
    public static final Caller UNKNOWN = new Caller("", role -> false, false);

    private final String name;
    private final Predicate<String> roles;
    private final boolean known;

    private Caller(String name, Predicate<String> roles, boolean known) {
        this.name = name;
        this.roles = roles;
        this.known = known;
    }

    /**
     * An authenticated caller.
     *
     * @param name not empty; the same for all requests of this caller, and different from all other callers
     * @param roles tests a name or role that {@code allow} lists
     */
    public static Caller known(String name, Predicate<String> roles) {
        return new Caller(name, roles, true);
    }

    /** The name that owns the caller's tasks; empty without authentication. */
    public String name() {
        return name;
    }

    /** Whether this caller may get more than the bare status of the server. */
    public boolean isKnown() {
        return known;
    }

    /** Whether {@code allow} contains a name or role of this caller. An empty set allows every known caller. */
    public boolean isAmong(Set<String> allow) {
        return known && (allow.isEmpty() || allow.stream().anyMatch(roles));
    }
}
