package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.binding.MissingVariableException;
import dev.weir.binding.Source;
import dev.weir.binding.Values;
import dev.weir.component.ComponentRegistry;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.config.ActionJob;
import dev.weir.config.DelayJob;
import dev.weir.config.FilterJob;
import dev.weir.config.JobConfig;
import dev.weir.config.RoutingJob;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One job of one run, from its condition to its output.
 *
 * @param scope what the job's templates see: the workflow's input, the environment and the outputs of ended jobs
 * @param needed whether another job needs the output, so that a stream must be taken whole
 * @param collected takes the streams of this execution
 */
record JobExecution(
        JobConfig job,
        Run run,
        Bindings scope,
        EnvironmentVariables environment,
        ComponentRegistry components,
        boolean needed,
        Collected collected) {

    /** Runs the job on the calling thread. Never throws: what goes wrong is an outcome. */
    Outcome outcome() {
        try {
            run.cancellation().throwIfCancelled();
            if (job.condition() != null && !job.condition().test(scope)) {
                return new Outcome.Skipped();
            }
            if (job instanceof RoutingJob routing) {
                return new Outcome.Routed(new Routing(scope, ThreadLocalRandom.current()).choice(routing));
            }
            Output output = output();
            return new Outcome.Done(needed ? collected.whole(output) : placed(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed(WeirException.shuttingDown(e));
        } catch (RuntimeException | Error e) {
            // An Error too: whoever leads the run waits for this outcome.
            return new Outcome.Failed(placed(WeirException.of(e)));
        }
    }

    private Output output() throws InterruptedException {
        if (job instanceof ActionJob action) {
            return repeated(action);
        }
        if (job instanceof DelayJob delay) {
            new Delay(scope, run.cancellation(), Clock.systemUTC()).await(delay);
            return new Output.Value(
                    delay.output() == null ? null : delay.output().render(scope));
        }
        return filtered((FilterJob) job);
    }

    /** Once gives the action's output, more often the list of its outputs. */
    private Output repeated(ActionJob action) throws InterruptedException {
        int count =
                action.repeatCount() == null ? 1 : count(action.repeatCount().render(scope));
        if (count == 1) {
            return invoked(action);
        }
        List<@Nullable Object> outputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            run.cancellation().throwIfCancelled();
            outputs.add(collected.whole(invoked(action)).value());
        }
        return new Output.Value(outputs);
    }

    private static int count(@Nullable Object value) {
        if (value instanceof Number number && number.intValue() == number.doubleValue() && number.intValue() >= 1) {
            return number.intValue();
        }
        throw new WeirException(
                ErrorCode.INVALID_INPUT,
                "repeat_count must be a whole number of at least 1, was " + Values.shown(value));
    }

    private Output invoked(ActionJob action) throws InterruptedException {
        Object input = action.input() == null
                ? scope.value(Source.INPUT, null)
                : action.input().render(scope);
        Bindings actionScope = Bindings.empty().withEnvironment(environment).with(Source.INPUT, input);
        Output output = given(components
                .get(action.componentId())
                .call(new Invocation(action.actionId(), actionScope, run.cancellation())));
        return action.output() == null ? output : Outputs.shaped(output, action.output(), scope);
    }

    private static Output given(CompletableFuture<Output> output) throws InterruptedException {
        try {
            return output.get();
        } catch (ExecutionException e) {
            throw WeirException.of(e.getCause());
        }
    }

    private Output filtered(FilterJob filter) {
        Object input = filter.input().render(scope);
        if (!(input instanceof List<?> list)) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT, "input of a filter must be a list, was " + Values.shown(input));
        }
        List<@Nullable Object> kept = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Bindings element = scope.with(Source.ITEM, list.get(i)).with(Source.INDEX, i);
            if (filter.where() == null || filter.where().test(element)) {
                kept.add(list.get(i));
            }
        }
        Output output = new Output.Value(kept);
        return filter.output() == null ? output : Outputs.shaped(output, filter.output(), scope);
    }

    private Output placed(Output output) {
        return output instanceof Output.Streamed streamed
                ? new Output.Streamed(streamed.chunks().mapFailure(this::placed), streamed.content())
                : output;
    }

    /** The failure with where it happened; the only job of a workflow has no name worth telling. */
    private WeirException placed(WeirException known) {
        if (known.code() == ErrorCode.CANCELLED) {
            return known;
        }
        String place = job instanceof ActionJob action ? "component " + action.componentId() : "";
        if (known instanceof MissingVariableException) {
            return new WeirException(known.code(), known.detail() + " (" + place + ")", known);
        }
        if (job.id().equals(ActionJob.ONLY_JOB)) {
            return known.at(place);
        }
        return known.at("job " + job.id() + (place.isEmpty() ? "" : " (" + place + ")"));
    }
}
