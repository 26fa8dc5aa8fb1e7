package dev.weir.security;

import java.util.Set;
import java.util.function.Predicate;

/** Who calls: a name, by which tasks belong to somebody, and roles. Immutable. */
public final class Caller {
    /** Whoever calls where nobody is asked who they are: all may do everything, and every task is everyone's. */
    public static final Caller ANYONE = new Caller("", role -> true, true);

    /** Someone who has not shown who they are, where that is asked. */
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
     * One who has shown who they are.
     *
     * @param name not empty; the same for every request of theirs and for nobody else's
     * @param roles tells what {@code allow} may name them by
     */
    public static Caller known(String name, Predicate<String> roles) {
        return new Caller(name, roles, true);
    }

    /** The owner of the tasks that this caller starts; empty where nobody is asked. */
    public String name() {
        return name;
    }

    /** Whether this caller may be told more than that the server is there. */
    public boolean isKnown() {
        return known;
    }

    /** Whether one of the names and roles that {@code allow} lists is this caller's, or it lists none. */
    public boolean isAmong(Set<String> allow) {
        return known && (allow.isEmpty() || allow.stream().anyMatch(roles));
    }
}
