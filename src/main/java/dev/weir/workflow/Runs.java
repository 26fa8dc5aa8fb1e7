package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.Traces;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.security.Claim;
import dev.weir.stream.Delivery;
import dev.weir.stream.Timers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Admits runs and starts them. No thread waits for a run: its listener is told what it gives. Thread-safe. */
@ApplicationScoped
public class Runs {
    private static final System.Logger LOG = System.getLogger(Runs.class.getName());

    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();
    private Workflows workflows;
    private TaskRegistry tasks;
    private Pools pools;
    private Settings settings;
    private Timers timers;
    private Admission admission;
    private RunDriver driver;
    private BiConsumer<Run, Delivery> log;

    /** For the container's proxies. */
    protected Runs() {}

    @Inject
    Runs(Workflows workflows, TaskRegistry tasks, Pools pools, Settings settings) {
        this(workflows, tasks, pools, settings, RunLog::write);
    }

    /** @param log told of each run that was admitted, when its client has been answered */
    Runs(Workflows workflows, TaskRegistry tasks, Pools pools, Settings settings, BiConsumer<Run, Delivery> log) {
        this.log = log;
        this.workflows = workflows;
        this.tasks = tasks;
        this.pools = pools;
        this.settings = settings;
        this.timers = new Timers(pools.timers());
        this.admission = new Admission(settings.maxRuns(), settings.maxWaitingRuns(), settings.maxRunWait(), timers);
        this.driver = new RunDriver(pools.tasks(), timers, settings.maxOutputBytes());
    }

    /**
     * Makes a run of a workflow, the default one for null. It has a place among {@code controller.max_concurrent_count} or
     * waits for one until it has ended, so it must be {@linkplain #start started} or cancelled, and in the end its client must be
     * {@linkplain #answered answered}: until then the application does not end, for as long as {@code weir.shutdown.drain} says.
     *
     * @param access who asks for it, and of whose allowances it takes
     * @param releaseInput gives back what the input holds of the server, once: when the run has ended, or if this throws
     * @throws WeirException {@link ErrorCode#UNKNOWN_WORKFLOW}, also for one that the caller may not run,
     *     {@link ErrorCode#INVALID_INPUT} when the input breaks what the workflow declares, {@link ErrorCode#RATE_LIMITED},
     *     {@link ErrorCode#TOO_MANY_RUNS} when as many run or wait as may, {@link ErrorCode#NOT_READY} when the configuration is
     *     wrong, or {@link ErrorCode#SHUTTING_DOWN} when no more runs begin here
     */
    public Run admit(@Nullable String workflowId, @Nullable Object input, Access access, Runnable releaseInput) {
        Drain drain = workflows.entrance();
        Permit permit = new Permit(drain::leave);
        permit.hold(releaseInput);
        try {
            drain.enter();
        } catch (RuntimeException | Error e) {
            permit.runEnded();
            throw e;
        }
        try {
            return admitted(workflowId, input, access, permit);
        } catch (RuntimeException | Error e) {
            permit.runEnded();
            permit.clientAnswered();
            throw e;
        }
    }

    private Run admitted(@Nullable String workflowId, @Nullable Object input, Access access, Permit permit) {
        ServedConfiguration served = workflows.use();
        permit.hold(served::release);
        ServedWorkflow workflow = served.workflow(workflowId, access.caller());
        Claim claim = access.claimRun(workflow.allowance());
        permit.hold(claim::close);
        workflow.inputs().check(input);
        Admission.Ticket ticket = admission.enter(served.config().controller().maxConcurrentCount());
        permit.hold(ticket::leave);
        Run run = new Run(
                TaskId.next(clock, random),
                served,
                workflow,
                workflow.filters().forRun(),
                input,
                ticket,
                claim,
                permit,
                new EventLog(settings.replayEvents(), settings.replayBytes()),
                this::ended);
        tasks.add(run);
        return run;
    }

    /**
     * Begins a run as soon as it has a place: now, or when another frees one. Never throws. A run that ends before, while it waits,
     * is told to its listener, too.
     */
    public void start(Run run, RunListener listener) {
        start(run, new RunDriver.Result() {
            @Override
            public void onBegin() {
                listener.onBegin();
            }

            @Override
            public void onOutput(Output output) {
                deliver(run, output, listener);
            }

            @Override
            public void onFailure(WeirException failure) {
                listener.onFailure(failure);
            }
        });
    }

    private void start(Run run, RunDriver.Result result) {
        run.ticket()
                .await(
                        () -> driver.drive(run, result),
                        () -> pools.tasks()
                                .execute(() -> run.fail(waitedTooLong()), refusal -> run.fail(waitedTooLong())),
                        () -> run.fail(WeirException.shuttingDown(null)));
    }

    private WeirException waitedTooLong() {
        return new WeirException(
                ErrorCode.OVERLOADED,
                "the run waited too long for a place among controller.max_concurrent_count ("
                        + settings.maxRunWait().toMillis() + " ms, weir.runs.queue-timeout): retry later");
    }

    private static void deliver(Run run, Output output, RunListener listener) {
        if (output instanceof Output.Streamed streamed) {
            listener.onOutput(
                    new RunOutput.Streamed(new RunSource(run, streamed.chunks()), run.format(), streamed.content()));
            return;
        }
        Output.Value whole = (Output.Value) output;
        Object value;
        try {
            value = run.lasting(whole.value());
        } catch (RuntimeException | Error e) {
            WeirException failure = WeirException.of(e);
            run.fail(failure);
            listener.onFailure(run.failureFor(failure));
            return;
        }
        run.complete(value);
        // A run that was cancelled meanwhile must not look complete.
        if (run.hasCompleted()) {
            listener.onOutput(new RunOutput.Value(value, whole.content()));
        } else {
            listener.onFailure(run.failure());
        }
    }

    /**
     * Begins a run that nobody waits for, all of whose output is kept; how it went stands in its {@link Run#state}, and it is logged in
     * the end.
     */
    public void startInBackground(Run run) {
        start(run, new RunDriver.Result() {
            @Override
            public void onOutput(Output output) {
                keep(run, output);
            }

            @Override
            public void onFailure(WeirException failure) {
                answered(run, new Delivery());
            }
        });
    }

    private void keep(Run run, Output output) {
        Collected collected = new Collected(settings.maxOutputBytes(), pools.tasks());
        try {
            collected.whole(kept(run, output, collected), (value, failure) -> {
                try {
                    if (value == null) {
                        run.fail(Objects.requireNonNull(failure));
                    } else {
                        run.complete(run.lasting(value.value()));
                    }
                } catch (RuntimeException | Error e) {
                    run.fail(WeirException.of(e));
                } finally {
                    answered(run, new Delivery());
                }
            });
        } catch (RuntimeException | Error e) {
            run.fail(WeirException.of(e));
            answered(run, new Delivery());
        }
    }

    /** {@code output}, each chunk of which happens to the run when it is taken; whoever follows the run is waited for. */
    private static Output kept(Run run, Output output, Collected collected) {
        if (!(output instanceof Output.Streamed streamed)) {
            collected.take(((Output.Value) output).value());
            return output;
        }
        run.streams();
        run.cancellation().onCancel(streamed.chunks()::close);
        return new Output.Streamed(
                new RoomSource(
                        streamed.chunks().map(chunk -> {
                            run.appendEvent(chunk);
                            return chunk;
                        }),
                        run.log(),
                        Integer.MAX_VALUE),
                streamed.content());
    }

    /**
     * Lets a run that streams work for a client that may come back on another connection: {@link Run#follow} gives the run's chunks. A
     * client that has gone is waited for as long as {@code weir.task.resume-timeout} says. The run is logged in the end.
     *
     * @param delivery what the first connection was sent
     * @return the events for the first connection
     */
    public EventReader makeResumable(Run run, RunOutput.Streamed output, Delivery delivery) {
        ResumableDelivery resumable = new ResumableDelivery(
                run,
                new RoomSource(output.chunks(), run.log(), settings.streamCapacity()),
                settings.resumeTimeout(),
                pools.tasks(),
                timers,
                () -> answered(run, delivery));
        run.deliverThrough(resumable);
        EventReader reader = resumable.follow(0);
        resumable.start();
        return reader;
    }

    /** Logs how a run ended, when its client has been answered: once for each run that was admitted, however it ended. */
    public void answered(Run run, Delivery delivery) {
        if (run.answered()) {
            log.accept(run, delivery);
        }
    }

    private void ended(Run run) {
        tasks.ended(run);
        if (run.state() instanceof RunState.Failed failed && failed.cause().code() == ErrorCode.INTERNAL) {
            LOG.log(Level.ERROR, "task {0} failed: {1}", run.taskId(), workflows.mask(Traces.of(failed.cause())));
        }
    }
}
