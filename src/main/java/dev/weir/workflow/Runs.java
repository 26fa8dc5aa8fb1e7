package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.StackTraces;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.component.Results;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.security.Reservation;
import dev.weir.stream.Content;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.Timers;
import dev.weir.telemetry.Instrument;
import dev.weir.telemetry.Instruments;
import dev.weir.workflow.admission.Admission;
import dev.weir.workflow.admission.Drain;
import dev.weir.workflow.admission.Permit;
import dev.weir.workflow.event.EventLog;
import dev.weir.workflow.event.EventReader;
import dev.weir.workflow.event.ResumableDelivery;
import dev.weir.workflow.event.RoomSource;
import dev.weir.workflow.graph.JobOverrides;
import dev.weir.workflow.graph.StreamCollector;
import dev.weir.workflow.served.ServedConfiguration;
import dev.weir.workflow.served.ServedWorkflow;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Admits runs and starts them. No thread waits for a run: a listener receives its result. Thread-safe. */
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
    private Instruments instruments;
    private BiConsumer<Run, DeliveryStats> log;

    /** For the container's proxies. */
    protected Runs() {}

    @Inject
    Runs(Workflows workflows, TaskRegistry tasks, Pools pools, Settings settings, Instruments instruments) {
        this(workflows, tasks, pools, settings, instruments, RunLog::write);
    }

    /**
     * Creates runs with a log of their own.
     *
     * @param log called once for each admitted run, when its client has been answered
     */
    Runs(
            Workflows workflows,
            TaskRegistry tasks,
            Pools pools,
            Settings settings,
            Instruments instruments,
            BiConsumer<Run, DeliveryStats> log) {
        this.log = log;
        this.instruments = instruments;
        this.workflows = workflows;
        this.tasks = tasks;
        this.pools = pools;
        this.settings = settings;
        this.timers = new Timers(pools.timers());
        this.admission = new Admission(
                settings.runs().max(),
                settings.runs().maxWaiting(),
                settings.runs().maxWait(),
                timers);
        this.driver = new RunDriver(
                pools.tasks(),
                timers,
                settings.tasks().maxOutputBytes(),
                settings.runs().maxCalls(),
                () -> TaskId.next(clock, random),
                instruments);
    }

    /**
     * Creates a run of a workflow. The run has a place among {@code controller.max_concurrent_count}, or waits for one. It
     * must be {@linkplain #start started} or cancelled. Its client must be {@linkplain #answered answered}: the shutdown
     * waits for that, at most {@code weir.shutdown.drain}.
     *
     * @param workflowId the id of the workflow; null for the default one
     * @param access the caller and the limits that apply to the run
     * @param releaseInput releases what the input uses, once: when the run has ended, or if this method throws
     * @throws WeirException {@link ErrorCode#UNKNOWN_WORKFLOW}, also for a workflow that the caller may not run,
     *     {@link ErrorCode#INVALID_INPUT} if the input does not match the workflow's declaration,
     *     {@link ErrorCode#RATE_LIMITED}, {@link ErrorCode#TOO_MANY_RUNS} if all places are taken and the queue is full,
     *     {@link ErrorCode#NOT_READY} if no valid configuration is served, or {@link ErrorCode#SHUTTING_DOWN} if no further
     *     runs begin
     */
    public Run admit(@Nullable String workflowId, @Nullable Object input, Access access, Runnable releaseInput) {
        return admit(
                (served, caller) -> new RunPlan.Planned(served.workflow(workflowId, caller), input, JobOverrides.NONE),
                access,
                releaseInput);
    }

    /** Creates a run as the other method does, of the workflow and with the input that {@code plan} gives. */
    public Run admit(RunPlan plan, Access access, Runnable releaseInput) {
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
            return admitted(plan, access, permit);
        } catch (RuntimeException | Error e) {
            RunMeasurements.refused(instruments, e);
            permit.runEnded();
            permit.clientAnswered();
            throw e;
        }
    }

    private Run admitted(RunPlan plan, Access access, Permit permit) {
        ServedConfiguration served = workflows.use();
        permit.hold(served::release);
        RunPlan.Planned planned = plan.plan(served, access.caller());
        ServedWorkflow workflow = planned.workflow();
        Reservation claim = access.reserveRun(workflow.allowance());
        permit.hold(claim::close);
        workflow.inputs().check(planned.input());
        Admission.Ticket ticket = admission.enter(served.config().controller().maxConcurrentCount());
        permit.hold(ticket::leave);
        Run run = new Run(
                TaskId.next(clock, random),
                served,
                workflow,
                workflow.filters().forRun(),
                planned.input(),
                ticket,
                claim,
                permit,
                new EventLog(settings.tasks().replayEvents(), settings.tasks().replayBytes()),
                this::ended);
        run.override(planned.overrides());
        run.continueTrace(access.trace());
        tasks.add(run);
        return run;
    }

    /**
     * Begins a run as soon as it has a place. Returns at once and never throws. The listener also receives the failure of a
     * run that ends while it waits.
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
        instruments.add(Instrument.REFUSED, 1, RunMeasurements.QUEUE);
        return new WeirException(
                ErrorCode.OVERLOADED,
                "the run waited too long for a place among controller.max_concurrent_count ("
                        + settings.runs().maxWait().toMillis() + " ms, weir.runs.queue-timeout): retry later");
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
            value = run.detached(whole.value());
        } catch (RuntimeException | Error e) {
            WeirException failure = WeirException.of(e);
            run.fail(failure);
            listener.onFailure(run.failureFor(failure));
            return;
        }
        run.complete(value, whole.content());
        // A run that was cancelled meanwhile must not look complete.
        if (run.hasCompleted()) {
            listener.onOutput(new RunOutput.Value(value, whole.content()));
        } else {
            listener.onFailure(run.failure());
        }
    }

    /**
     * Begins a run without a client that waits. All its output is kept in its {@link Run#state}. The run is logged when it
     * has ended.
     */
    public void startInBackground(Run run) {
        startKept(run, () -> {}, () -> answered(run, new DeliveryStats()));
    }

    /**
     * Begins a run that keeps all its output in its {@link Run#state}. Its client must be {@linkplain #answered answered}.
     *
     * @param whenBegun runs when the run has its place
     * @param whenEnded runs once, when the state is final
     */
    public void startKept(Run run, Runnable whenBegun, Runnable whenEnded) {
        start(run, new RunDriver.Result() {
            @Override
            public void onBegin() {
                whenBegun.run();
            }

            @Override
            public void onOutput(Output output) {
                keep(run, output, whenEnded);
            }

            @Override
            public void onFailure(WeirException failure) {
                whenEnded.run();
            }
        });
    }

    private void keep(Run run, Output output, Runnable whenEnded) {
        StreamCollector collected = new StreamCollector(settings.tasks().maxOutputBytes(), pools.tasks());
        try {
            collected.whole(kept(run, output, collected), (value, failure) -> {
                try {
                    if (value == null) {
                        run.fail(Objects.requireNonNull(failure));
                    } else {
                        run.complete(run.detached(value.value()), content(output));
                    }
                } catch (RuntimeException | Error e) {
                    run.fail(WeirException.of(e));
                } finally {
                    whenEnded.run();
                }
            });
        } catch (RuntimeException | Error e) {
            run.fail(WeirException.of(e));
            whenEnded.run();
        }
    }

    private static Optional<Content> content(Output output) {
        return output instanceof Output.Streamed streamed ? streamed.content() : ((Output.Value) output).content();
    }

    /**
     * Returns {@code output}; each chunk is added to the run's log when it is taken. Readers of the log that hold events
     * delay the run.
     */
    private static Output kept(Run run, Output output, StreamCollector collected) {
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
                streamed.content(),
                streamed.summary());
    }

    /**
     * Makes a streaming run resumable: {@link Run#follow} gives its chunks to a further connection of the client. A
     * disconnected client is awaited for {@code weir.task.resume-timeout}. The run is logged in the end.
     *
     * @param delivery the statistics of the first connection
     * @return the events for the first connection
     */
    public EventReader makeResumable(Run run, RunOutput.Streamed output, DeliveryStats delivery) {
        ResumableDelivery resumable = new ResumableDelivery(
                run,
                new RoomSource(output.chunks(), run.log(), settings.streams().capacity()),
                settings.tasks().resumeTimeout(),
                pools.tasks(),
                timers,
                () -> answered(run, delivery));
        run.deliverThrough(resumable);
        EventReader reader = resumable.follow(0);
        resumable.start();
        return reader;
    }

    /** Records that the client has been answered, and logs the run's end. Only the first call for a run has an effect. */
    public void answered(Run run, DeliveryStats delivery) {
        if (run.answered()) {
            log.accept(run, delivery);
            RunMeasurements.answered(instruments, run, delivery);
        }
    }

    /** Returns the number of runs that wait for a place. */
    public int waiting() {
        return admission.waiting();
    }

    /**
     * Refuses an output that is kept as a whole and is too large.
     *
     * @throws WeirException {@link ErrorCode#OUTPUT_TOO_LARGE} if it exceeds {@code weir.task.max-output}
     */
    public void requireSize(long bytes) {
        if (bytes > settings.tasks().maxOutputBytes()) {
            throw Results.tooLarge(settings.tasks().maxOutputBytes());
        }
    }

    private void ended(Run run) {
        tasks.ended(run);
        RunMeasurements.ended(instruments, run, clock.instant());
        if (run.state() instanceof RunState.Failed failed && failed.cause().code() == ErrorCode.INTERNAL) {
            LOG.log(Level.ERROR, "task {0} failed: {1}", run.taskId(), workflows.mask(StackTraces.of(failed.cause())));
        }
    }
}
