package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.Traces;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.binding.Source;
import dev.weir.component.Output;
import dev.weir.config.WorkflowConfig;
import dev.weir.filter.RunFilter;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.security.Claim;
import dev.weir.stream.Delivery;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Starts runs and drives them. */
@ApplicationScoped
public class WorkflowRunner {
    private static final System.Logger LOG = System.getLogger(WorkflowRunner.class.getName());

    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();
    private Workflows workflows;
    private TaskRegistry tasks;
    private Pools pools;
    private Settings settings;
    private Admission admission;

    /** For the container's proxies. */
    protected WorkflowRunner() {}

    @Inject
    WorkflowRunner(Workflows workflows, TaskRegistry tasks, Pools pools, Settings settings) {
        this.workflows = workflows;
        this.tasks = tasks;
        this.pools = pools;
        this.settings = settings;
        this.admission = new Admission(settings.maxWaitingRuns(), settings.maxRunWait(), pools.timers());
    }

    /**
     * Makes a run of a workflow, the default one for null. It has a place among {@code controller.max_concurrent_count} or
     * waits for one until it has ended, so it must be {@linkplain #start started} or cancelled, and in the end
     * {@linkplain #log logged}: until then the application does not end, for as long as {@code weir.shutdown.drain} says.
     *
     * @param access who asks for it, and of whose allowances it takes
     * @throws WeirException {@link ErrorCode#UNKNOWN_WORKFLOW}, also for one that the caller may not run,
     *     {@link ErrorCode#INVALID_INPUT} when the input breaks what the workflow declares, {@link ErrorCode#RATE_LIMITED},
     *     {@link ErrorCode#TOO_MANY_RUNS} when as many wait as may, {@link ErrorCode#NOT_READY} when the configuration is
     *     wrong, or {@link ErrorCode#SHUTTING_DOWN} when no more runs begin here
     */
    public Run admit(@Nullable String workflowId, @Nullable Object input, Access access) {
        Drain drain = workflows.entrance();
        drain.enter();
        try {
            return admitted(workflowId, input, access);
        } catch (RuntimeException | Error e) {
            drain.leave();
            throw e;
        }
    }

    private Run admitted(@Nullable String workflowId, @Nullable Object input, Access access) {
        ServedConfiguration served = workflows.use();
        try {
            ServedWorkflow workflow = served.workflow(workflowId, access.caller());
            return admit(served, workflow, input, access.claimRun(workflow.allowance()));
        } catch (RuntimeException e) {
            served.release();
            throw e;
        }
    }

    private Run admit(ServedConfiguration served, ServedWorkflow workflow, @Nullable Object input, Claim claim) {
        try {
            workflow.inputs().check(input);
            String taskId = TaskId.next(clock, random);
            Admission.Ticket ticket =
                    admission.enter(served.config().controller().maxConcurrentCount());
            EventLog log = new EventLog(settings.replayEvents(), settings.replayBytes());
            Run run = new Run(
                    taskId,
                    served,
                    workflow.config(),
                    workflow.filters().forRun(),
                    input,
                    ticket,
                    claim,
                    log,
                    this::ended);
            tasks.add(run);
            return run;
        } catch (RuntimeException e) {
            claim.close();
            throw e;
        }
    }

    /**
     * Begins a run as soon as it has a place: now on this thread, or later on one that frees a place. A run that has ended
     * before, while it waited, begins too, so that {@link #drive} tells its client how.
     *
     * @param begin run once; must neither block nor throw
     * @return whether the run waits
     */
    public boolean start(Run run, Runnable begin) {
        try {
            return run.ticket().await(begin, () -> run.fail(waitedTooLong()));
        } catch (WeirException e) {
            run.fail(e);
            log(run, new Delivery());
            throw e;
        }
    }

    private WeirException waitedTooLong() {
        return new WeirException(
                ErrorCode.OVERLOADED,
                "the run waited for a place (controller.max_concurrent_count) longer than weir.runs.queue-timeout allows, "
                        + settings.maxRunWait().toMillis() + " ms; try again later");
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
                return new RunOutput.Streamed(new RunSource(run, streamed.chunks()), run.format(), streamed.content());
            }
            Output.Value whole = (Output.Value) output;
            Object value = run.lasting(whole.value());
            run.complete(value);
            return new RunOutput.Value(value, whole.content());
        } catch (InterruptedException e) {
            run.fail(WeirException.shuttingDown(e));
            throw e;
        } catch (RuntimeException | Error e) {
            WeirException failure = WeirException.of(e);
            run.fail(failure);
            throw run.told(failure);
        }
    }

    /**
     * Lets a run that streams work for a client that may come back on another connection: {@link #pump} has to be called, and
     * {@link Run#follow} gives its chunks. A client that has gone is waited for as long as {@code weir.task.resume-timeout}
     * says.
     */
    public void followed(Run run) {
        run.followedBy(
                new Following(run, run.log(), settings.streamCapacity(), settings.resumeTimeout(), pools.timers()));
    }

    /** Drives a {@linkplain #followed} run's chunks on this thread, until the client has them all or has gone for good. */
    public void pump(Run run, RunOutput.Streamed output) throws InterruptedException {
        try {
            run.following().pump(output.chunks());
        } catch (InterruptedException e) {
            run.fail(WeirException.shuttingDown(e));
            throw e;
        }
    }

    /** Drives a run to its end on this thread, keeping all its output; how it went stands in its {@link Run#state}. */
    public void driveToEnd(Run run) throws InterruptedException {
        try {
            run.begin();
            Output.Value whole = new Collected(settings.maxOutputBytes()).kept(logged(run, output(run)));
            run.complete(run.lasting(whole.value()));
        } catch (InterruptedException e) {
            run.fail(WeirException.shuttingDown(e));
            throw e;
        } catch (RuntimeException | Error e) {
            run.fail(WeirException.of(e));
        }
    }

    /** {@code output}, each chunk of which happens to the run when it is taken; whoever follows the run is waited for. */
    private static Output logged(Run run, Output output) {
        if (!(output instanceof Output.Streamed streamed)) {
            return output;
        }
        run.streams();
        return new Output.Streamed(
                streamed.chunks().map(chunk -> {
                    run.happened(chunk);
                    try {
                        run.log().awaitRoom(Integer.MAX_VALUE);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return chunk;
                }),
                streamed.content());
    }

    /** Logs how a run ended, when its client has been answered: once for each run that was admitted, however it ended. */
    public void log(Run run, Delivery delivery) {
        if (!run.answered()) {
            return;
        }
        try {
            RunLog.write(run, delivery);
        } finally {
            workflows.entrance().leave();
        }
    }

    private void ended(Run run) {
        tasks.ended(run);
        run.served().release();
        if (run.state() instanceof RunState.Failed failed && failed.cause().code() == ErrorCode.INTERNAL) {
            LOG.log(Level.ERROR, "task {0} failed: {1}", run.taskId(), workflows.mask(Traces.of(failed.cause())));
        }
    }

    /** The run's output, with nothing in it that may not leave. */
    private static Output filtered(Output output, RunFilter filter) {
        if (output instanceof Output.Streamed streamed) {
            return new Output.Streamed(filter.filtered(streamed.chunks(), streamed.content()), streamed.content());
        }
        Output.Value whole = (Output.Value) output;
        return new Output.Value(filter.filtered(whole.value(), whole.content()), whole.content());
    }

    private Output output(Run run) throws InterruptedException {
        WorkflowConfig workflow = run.workflow();
        EnvironmentVariables environment = run.served().config().environment();
        Object input = run.input();
        if (workflow.input() != null) {
            input = workflow.input()
                    .render(Bindings.empty().withEnvironment(environment).with(Source.INPUT, input));
        }
        JobGraph graph = new JobGraph(
                run, input, environment, run.served().components(), pools.jobs(), settings.maxOutputBytes());
        Output output = graph.run();
        Output shaped = workflow.output() == null ? output : Outputs.shaped(output, workflow.output(), graph.scope());
        return PacedSource.paced(filtered(shaped, run.filter()), run, pools.timers());
    }
}
