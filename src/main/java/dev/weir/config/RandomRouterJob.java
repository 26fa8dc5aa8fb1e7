package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses a job at random, in proportion to its weight. */
public record RandomRouterJob(
        String id, List<Route> routes, @Nullable Template condition, Dependencies dependencies, Location location)
        implements RoutingJob {

    public RandomRouterJob {
        routes = List.copyOf(routes);
    }

    /** A job and its weight, which is above 0. */
    public record Route(String to, double weight) {}

    @Override
    public Set<String> targets() {
        Set<String> targets = new LinkedHashSet<>();
        routes.forEach(route -> targets.add(route.to()));
        return targets;
    }

    @Override
    public JobConfig dependingOn(Set<String> further) {
        return new RandomRouterJob(id, routes, condition, dependencies.with(further), location);
    }
}
