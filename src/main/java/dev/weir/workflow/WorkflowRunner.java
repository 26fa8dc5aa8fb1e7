package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.binding.Source;
import dev.weir.component.Output;
import dev.weir.config.InputValidation;
import dev.weir.config.WorkflowConfig;
import dev.weir.runtime.Pools;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Starts runs and drives them. */
@ApplicationScoped
public class WorkflowRunner {
    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();
    private final AtomicInteger open = new AtomicInteger();
    private Workflows workflows;
    private TaskRegistry tasks;
    private Pools pools;

    /** For the container's proxies. */
    protected WorkflowRunner() {}

    @Inject
    WorkflowRunner(Workflows workflows, TaskRegistry tasks, Pools pools) {
        this.workflows = workflows;
        this.tasks = tasks;
        this.pools = pools;
    }

    /**
     * Admits a run of a workflow, the default one for null. It counts against {@code controller.max_concurrent_count} until
     * it has ended, so it must be driven or cancelled.
     *
     * @throws WeirException {@link ErrorCode#UNKNOWN_WORKFLOW}, {@link ErrorCode#INVALID_INPUT} when the input breaks what
     *     the workflow declares, {@link ErrorCode#TOO_MANY_RUNS}, or {@link ErrorCode#NOT_READY} when the configuration is
     *     wrong
     */
    public Run admit(@Nullable String workflowId, @Nullable Object input) {
        WorkflowConfig workflow = workflows.workflow(workflowId);
        InputValidation.of(workflows.schema(workflow)).check(input);
        int limit = workflows.config().controller().maxConcurrentCount();
        if (open.incrementAndGet() > limit && limit > 0) {
            open.decrementAndGet();
            throw new WeirException(
                    ErrorCode.TOO_MANY_RUNS,
                    "all " + limit + " runs that controller.max_concurrent_count allows are at work; try again later");
        }
        Run run = new Run(TaskId.next(clock, random), workflow, input, clock, open::decrementAndGet);
        tasks.add(run);
        return run;
    }

    /**
     * Drives a run on this thread, until its value or the beginning of its stream is there.
     *
     * @throws WeirException what made the run fail
     */
    public RunOutput drive(Run run) throws InterruptedException {
        try {
            run.begin();
            Output output = output(run);
            if (output instanceof Output.Streamed streamed) {
                Optional<String> format =
                        Optional.ofNullable(run.workflow().output()).flatMap(template -> template.format());
                return new RunOutput.Streamed(new RunSource(run, streamed.chunks()), format, streamed.contentType());
            }
            Object value = ((Output.Value) output).value();
            run.complete(value);
            return new RunOutput.Value(value);
        } catch (InterruptedException e) {
            run.cancel("the server is shutting down");
            throw e;
        } catch (RuntimeException e) {
            WeirException failure = WeirException.of(e);
            run.fail(failure);
            throw failure;
        }
    }

    /** Drives a run to its end on this thread, keeping all its output; how it went stands in its {@link Run#state}. */
    public void driveToEnd(Run run) throws InterruptedException {
        try {
            run.begin();
            run.complete(Collected.whole(output(run)).value());
        } catch (InterruptedException e) {
            run.cancel("the server is shutting down");
            throw e;
        } catch (RuntimeException e) {
            run.fail(WeirException.of(e));
        }
    }

    private Output output(Run run) throws InterruptedException {
        WorkflowConfig workflow = run.workflow();
        EnvironmentVariables environment = workflows.config().environment();
        Object input = run.input();
        if (workflow.input() != null) {
            input = workflow.input()
                    .render(Bindings.empty().withEnvironment(environment).with(Source.INPUT, input));
        }
        JobGraph graph = new JobGraph(run, input, environment, workflows.components(), pools.jobs());
        Output output = graph.run();
        return workflow.output() == null ? output : Outputs.shaped(output, workflow.output(), graph.scope());
    }
}
