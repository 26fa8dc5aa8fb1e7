package dev.weir.workflow.graph;

import dev.weir.ErrorCode;
import dev.weir.MissingVariableException;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.component.Output;
import dev.weir.config.ActionJob;
import dev.weir.config.DelayJob;
import dev.weir.config.FilterJob;
import dev.weir.config.ForEachJob;
import dev.weir.config.JobConfig;
import dev.weir.config.RoutingJob;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One job of one run, from its condition to its output. Holds no thread while its component works. */
final class JobExecution {
    /** A limit, since a larger count would occupy a model or an upstream for one run. */
    static final int MOST_REPEATS = 1_000;

    private final JobConfig job;
    private final Cancellation cancellation;
    private final Bindings scope;
    private final RunContext context;
    private final boolean needed;
    private final @Nullable Feed feed;
    private final Consumer<Outcome> done;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final StreamCollector collected;

    /**
     * Creates an execution that has not started.
     *
     * @param cancellation the signal that cancels the run
     * @param scope the values of the job's templates: the workflow's input, the environment and the outputs of ended jobs
     * @param needed true if another job needs the output, so that a stream must be collected
     * @param feed the output of another job that this job reads as it comes; null if there is none. This job closes it.
     * @param done called once, in a task, with the outcome
     */
    JobExecution(
            JobConfig job,
            Cancellation cancellation,
            Bindings scope,
            RunContext context,
            boolean needed,
            @Nullable Feed feed,
            Consumer<Outcome> done) {
        this.job = job;
        this.cancellation = cancellation;
        this.scope = feed == null ? scope : scope.withJob(feed.producer(), feed.chunks());
        this.context = context;
        this.needed = needed;
        this.feed = feed;
        this.done = done;
        this.collected = new StreamCollector(context.maxCollectedBytes(), context.tasks());
    }

    /** Starts the job in the calling task. Never throws: a failure becomes the outcome. */
    void start() {
        attempt(() -> {
            cancellation.throwIfCancelled();
            if (job.condition() != null && !job.condition().test(scope)) {
                end(new Outcome.Skipped());
            } else if (job instanceof RoutingJob routing) {
                end(new Outcome.Routed(new Routing(scope, ThreadLocalRandom.current()).choice(routing)));
            } else if (job instanceof ActionJob action) {
                repeat(action);
            } else if (job instanceof DelayJob delay) {
                delay(delay);
            } else if (job instanceof ForEachJob forEach) {
                forEach(forEach);
            } else {
                output(filtered((FilterJob) job));
            }
        });
    }

    /** Fails the job, since no task can be had. */
    void refuse(Throwable refusal) {
        fail(WeirException.shuttingDown(refusal));
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            // An Error too: the run waits for this job's outcome.
            fail(e);
        }
    }

    private void end(Outcome outcome) {
        if (ended.compareAndSet(false, true)) {
            if (feed != null && !(outcome instanceof Outcome.Done)) {
                feed.chunks().close();
            }
            done.accept(outcome);
        } else if (outcome instanceof Outcome.Done late && late.output() instanceof Output.Streamed streamed) {
            streamed.chunks().close();
        }
    }

    private void fail(Throwable cause) {
        end(new Outcome.Failed(placed(WeirException.of(Continuations.cause(cause)))));
    }

    private void output(Output output) {
        if (needed) {
            whole(output, value -> end(new Outcome.Done(value)));
        } else {
            end(new Outcome.Done(placed(output)));
        }
    }

    private void whole(Output output, Consumer<Output.Value> then) {
        collected.whole(output, (value, failure) -> {
            if (value == null) {
                fail(Objects.requireNonNull(failure));
            } else {
                attempt(() -> then.accept(value));
            }
        });
    }

    private void delay(DelayJob delay) {
        new Delay(scope, cancellation, context.timers(), Clock.systemUTC())
                .start(
                        delay,
                        failure -> goOn(() -> {
                            cancellation.throwIfCancelled();
                            if (failure != null) {
                                throw failure;
                            }
                            output(new Output.Value(
                                    delay.output() == null
                                            ? null
                                            : delay.output().render(scope)));
                        }));
    }

    /** Continues in a further task. */
    private void goOn(Runnable step) {
        context.tasks().execute(() -> attempt(step), this::refuse);
    }

    /** Runs the action as often as the job says. A single call gives its output, several give the list of their outputs. */
    private void repeat(ActionJob action) {
        int count =
                action.repeatCount() == null ? 1 : count(action.repeatCount().render(scope));
        if (count == 1) {
            invoke(action, this::output);
        } else {
            repeat(action, count, new ArrayList<>());
        }
    }

    private void repeat(ActionJob action, int count, List<@Nullable Object> outputs) {
        if (outputs.size() == count) {
            output(new Output.Value(outputs));
            return;
        }
        cancellation.throwIfCancelled();
        invoke(
                action,
                output -> whole(output, value -> {
                    outputs.add(value.value());
                    goOn(() -> repeat(action, count, outputs));
                }));
    }

    private void forEach(ForEachJob forEach) {
        new ForEachExecution(forEach, scope, context, result(this::output))
                .start(cancellation, feed == null ? null : feed.chunks(), needed);
    }

    private static int count(@Nullable Object value) {
        if (value instanceof Number number
                && number.intValue() == number.doubleValue()
                && number.intValue() >= 1
                && number.intValue() <= MOST_REPEATS) {
            return number.intValue();
        }
        throw new WeirException(
                ErrorCode.INVALID_INPUT,
                "repeat_count must be a whole number from 1 to " + MOST_REPEATS + ", was " + Values.describe(value));
    }

    private void invoke(ActionJob action, Consumer<Output> then) {
        new ActionCall(
                        action.componentId(),
                        action.actionId(),
                        context.overrides().of(action.id()),
                        action.input(),
                        action.output())
                .start(context, scope, scope.value(Source.INPUT, null), cancellation, result(then));
    }

    private ActionCall.Result result(Consumer<Output> then) {
        return new ActionCall.Result() {
            @Override
            public void onOutput(Output output) {
                then.accept(output);
            }

            @Override
            public void onFailure(Throwable failure) {
                fail(failure);
            }
        };
    }

    private Output filtered(FilterJob filter) {
        Output output = new Output.Value(
                filter.input() == null
                        ? scope.value(Source.INPUT, null)
                        : new ListFilter(filter, filter.input(), scope, cancellation, System::nanoTime).kept());
        return shaped(output, filter.output());
    }

    private Output shaped(Output output, @Nullable Template template) {
        return template == null ? output : Outputs.shaped(output, template, scope);
    }

    private Output placed(Output output) {
        return output instanceof Output.Streamed streamed
                ? new Output.Streamed(
                        streamed.chunks().mapFailure(this::placed), streamed.content(), streamed.summary())
                : output;
    }

    /** Adds the job and its component to the failure's message. The only job of a workflow is not named. */
    private WeirException placed(WeirException known) {
        if (known.code() == ErrorCode.CANCELLED) {
            return known;
        }
        String place = job instanceof ActionJob action
                ? "component " + action.componentId()
                : job instanceof ForEachJob forEach
                        ? "component " + forEach.call().componentId()
                        : "";
        if (known instanceof MissingVariableException) {
            return new WeirException(known.code(), known.detail() + " (" + place + ")", known);
        }
        if (job.id().equals(ActionJob.ONLY_JOB)) {
            return known.at(place);
        }
        return known.at("job " + job.id() + (place.isEmpty() ? "" : " (" + place + ")"));
    }
}
