package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.binding.MissingVariableException;
import dev.weir.binding.Source;
import dev.weir.component.ComponentRegistry;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.config.ActionJob;
import dev.weir.config.JobConfig;

/**
 * One job of one run, from its condition to its output.
 *
 * @param scope what the job's templates see: the workflow's input, the environment and the outputs of ended jobs
 * @param collected whether another job needs the output, so that a stream must be taken whole
 */
record JobExecution(
        JobConfig job,
        Run run,
        Bindings scope,
        EnvironmentVariables environment,
        ComponentRegistry components,
        boolean collected) {

    /** How a job ended. */
    sealed interface Outcome {
        record Done(Output output) implements Outcome {}

        record Skipped() implements Outcome {}

        record Failed(WeirException cause) implements Outcome {}
    }

    /** Runs the job on the calling thread. Never throws: what goes wrong is an outcome. */
    Outcome outcome() {
        try {
            run.cancellation().throwIfCancelled();
            if (job.condition() != null && !job.condition().test(scope)) {
                return new Outcome.Skipped();
            }
            Output output = invoke((ActionJob) job);
            return new Outcome.Done(collected ? Collected.whole(output) : output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed(new WeirException(ErrorCode.NOT_READY, "the server is shutting down", e));
        } catch (RuntimeException e) {
            return new Outcome.Failed(placed(e));
        }
    }

    private Output invoke(ActionJob action) throws InterruptedException {
        Object input = action.input() == null
                ? scope.value(Source.INPUT, null)
                : action.input().render(scope);
        Bindings actionScope = Bindings.empty().withEnvironment(environment).with(Source.INPUT, input);
        Output output = components
                .get(action.componentId())
                .invoke(new Invocation(action.actionId(), actionScope, run.cancellation()));
        return action.output() == null ? output : Outputs.shaped(output, action.output(), scope);
    }

    private WeirException placed(RuntimeException failure) {
        WeirException known = WeirException.of(failure);
        if (known.code() == ErrorCode.CANCELLED || !(job instanceof ActionJob action)) {
            return known;
        }
        String component = "component " + action.componentId();
        if (known instanceof MissingVariableException) {
            return new WeirException(known.code(), known.detail() + " (" + component + ")", known);
        }
        return known.at(job.id().equals(ActionJob.ONLY_JOB) ? component : "job " + job.id() + " (" + component + ")");
    }
}
