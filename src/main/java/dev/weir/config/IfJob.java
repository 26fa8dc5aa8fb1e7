package dev.weir.config;

import dev.weir.binding.Condition;
import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a job by comparing a value: the first branch that gives a job decides.
 *
 * @param input the value; null for the workflow's input
 * @param otherwise the job if no branch gives one; null for none
 */
public record IfJob(
        String id,
        @Nullable Template input,
        List<Branch> branches,
        @Nullable String otherwise,
        @Nullable Template condition,
        Dependencies dependencies,
        Location location)
        implements RoutingJob {

    public IfJob {
        branches = List.copyOf(branches);
    }

    /**
     * One comparison.
     *
     * @param input the compared value; null for the job's input
     * @param ifTrue the job if the comparison is true; null to continue with the next branch
     * @param ifFalse the job if the comparison is false; null to continue with the next branch
     */
    public record Branch(
            @Nullable Template input,
            Condition.Operator operator,
            @Nullable Template value,
            @Nullable String ifTrue,
            @Nullable String ifFalse) {}

    @Override
    public Set<String> targets() {
        Set<String> targets = new LinkedHashSet<>();
        for (Branch branch : branches) {
            IdSets.addIfPresent(targets, branch.ifTrue());
            IdSets.addIfPresent(targets, branch.ifFalse());
        }
        IdSets.addIfPresent(targets, otherwise);
        return targets;
    }

    @Override
    public JobConfig dependingOn(Set<String> further) {
        return new IfJob(id, input, branches, otherwise, condition, dependencies.with(further), location);
    }
}
