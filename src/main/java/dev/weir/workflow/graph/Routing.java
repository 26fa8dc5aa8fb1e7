package dev.weir.workflow.graph;

import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.config.IfJob;
import dev.weir.config.RandomRouterJob;
import dev.weir.config.RoutingJob;
import dev.weir.config.SwitchJob;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chooses the target of a routing job. */
record Routing(Scope scope, RandomGenerator random) {

    /** Returns the id of the chosen job; null if the job chooses none. */
    @Nullable
    String choice(RoutingJob job) {
        if (job instanceof IfJob branching) {
            return choice(branching);
        }
        return job instanceof SwitchJob switching ? choice(switching) : choice((RandomRouterJob) job);
    }

    private @Nullable String choice(IfJob job) {
        Object input = input(job.input());
        for (IfJob.Branch branch : job.branches()) {
            Object compared = branch.input() == null ? input : branch.input().render(scope);
            String target =
                    branch.operator().test(compared, branch.value(), scope) ? branch.ifTrue() : branch.ifFalse();
            if (target != null) {
                return target;
            }
        }
        return job.otherwise();
    }

    private @Nullable String choice(SwitchJob job) {
        String input = Values.text(input(job.input()));
        for (SwitchJob.Case each : job.cases()) {
            if (Values.text(each.value().render(scope)).equals(input)) {
                return each.then();
            }
        }
        return job.otherwise();
    }

    private String choice(RandomRouterJob job) {
        double total =
                job.routes().stream().mapToDouble(RandomRouterJob.Route::weight).sum();
        double point = random.nextDouble() * total;
        for (RandomRouterJob.Route route : job.routes()) {
            point -= route.weight();
            if (point < 0) {
                return route.to();
            }
        }
        // Rounding may leave the point above the last weight.
        return job.routes().get(job.routes().size() - 1).to();
    }

    private @Nullable Object input(@Nullable Template input) {
        return input == null ? scope.value(Source.INPUT, null) : input.render(scope);
    }
}
