package dev.weir.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The jobs that a job waits for.
 *
 * @param certain the ids of jobs that must all end first
 * @param groups sets of ids, each with at least two; the first job of a group that is not skipped is enough
 */
public record Dependencies(Set<String> certain, List<Set<String>> groups) {
    public static final Dependencies NONE = of(Set.of());

    public Dependencies {
        certain = copy(certain);
        groups = groups.stream().map(Dependencies::copy).toList();
    }

    /** Returns dependencies without groups. */
    public static Dependencies of(Set<String> certain) {
        return new Dependencies(certain, List.of());
    }

    private static Set<String> copy(Set<String> ids) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(ids));
    }

    /** Returns the ids of all jobs, those of groups too. */
    public Set<String> all() {
        Set<String> all = new LinkedHashSet<>(certain);
        groups.forEach(all::addAll);
        return all;
    }

    /** Returns these dependencies and further certain ones. */
    public Dependencies with(Set<String> further) {
        return new Dependencies(IdSets.union(certain, further), groups);
    }
}
