package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a job by the text of a value.
 *
 * @param input the value; null for the workflow's input
 * @param otherwise the job if no case matches; null for none
 */
public record SwitchJob(
        String id,
        @Nullable Template input,
        List<Case> cases,
        @Nullable String otherwise,
        @Nullable Template condition,
        Dependencies dependencies,
        Location location)
        implements RoutingJob {

    public SwitchJob {
        cases = List.copyOf(cases);
    }

    /** The job for one value. */
    public record Case(Template value, String then) {}

    @Override
    public Set<String> targets() {
        Set<String> targets = new LinkedHashSet<>();
        cases.forEach(each -> targets.add(each.then()));
        IdSets.addIfPresent(targets, otherwise);
        return targets;
    }

    @Override
    public JobConfig dependingOn(Set<String> further) {
        return new SwitchJob(id, input, cases, otherwise, condition, dependencies.with(further), location);
    }
}
