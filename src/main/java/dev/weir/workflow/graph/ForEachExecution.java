package dev.weir.workflow.graph;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.component.CallValues;
import dev.weir.component.Output;
import dev.weir.component.Results;
import dev.weir.component.WholeRange;
import dev.weir.config.ForEachJob;
import dev.weir.json.MemoryEstimate;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Continuations;
import dev.weir.stream.Received;
import dev.weir.stream.SerialTask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one job for the elements of a list or a stream. At most {@code batch_size} calls run at once. The first failure
 * cancels the other calls; the job fails when they have ended. Holds no thread while a call runs.
 *
 * <p>Ends of calls, chunks and the reader's progress signal one task at a time. Only this task changes the state.
 */
final class ForEachExecution {
    /** The limit of {@code batch_size}, since each call holds an upstream or a model. */
    private static final WholeRange BATCH_SIZES = new WholeRange(1, ForEachJob.MAX_BATCH_SIZE, "");

    /** The results of a stream that wait for their reader stop further calls from this size on, in estimated bytes. */
    private static final int MAX_WAITING_BYTES = 1 << 20;

    private static final int RESULT_BYTES = 16;

    private final ForEachJob job;
    private final ActionCall call;
    private final Bindings scope;
    private final RunContext context;
    private final ActionCall.Result result;
    private final Cancellation cancellation = new Cancellation();
    private final SerialTask turn;
    private final Queue<Ended> ends = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Held> values = new HashMap<>();
    private @Nullable ChunkSource stream;
    private Iterator<?> list = List.of().iterator();
    private boolean alone;
    private boolean shapesEach;
    private long waitingBytes;
    private @Nullable ChunkQueue chunks;
    private Cancellation.Registration registration = () -> {};
    private int atOnce;
    private int started;
    private int given;
    private int running;
    private boolean exhausted;
    private boolean finished;
    private @Nullable Throwable failure;

    /** The end of the call for an element: with a value or a failure. */
    private record Ended(
            int index,
            Output.@Nullable Value value,
            @Nullable Throwable failure) {}

    /** A result with its estimated size. A null result takes memory, too. */
    private record Held(Output.Value value, long bytes) {
        Held(Output.Value value) {
            this(value, RESULT_BYTES + MemoryEstimate.bytes(value.value()));
        }
    }

    /**
     * Creates an execution that has not started.
     *
     * @param scope the values of the job's templates
     * @param result receives the list of results, or their stream, or the failure
     */
    ForEachExecution(ForEachJob job, Bindings scope, RunContext context, ActionCall.Result result) {
        this.job = job;
        this.call = new ActionCall(
                job.call().componentId(),
                job.call().actionId(),
                Map.of(),
                job.call().input(),
                job.call().output());
        this.scope = scope;
        this.context = context;
        this.result = result;
        this.turn = new SerialTask(context.tasks(), this::advance, this::refuse);
    }

    /**
     * Starts in the calling task.
     *
     * @param run the signal that cancels the run
     * @param feed the stream of elements; null if the job's input is a value
     * @param needsWhole whether the results are needed as a whole, so that they are no stream
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if {@code batch_size} is wrong; {@code result} is not called then
     */
    void start(Cancellation run, @Nullable ChunkSource feed, boolean needsWhole) {
        atOnce = job.batchSize() == null
                ? 1
                : CallValues.whole("batch_size", job.batchSize().render(scope), 1, BATCH_SIZES);
        boolean streams = job.streaming() != null
                && CallValues.flag("streaming", job.streaming().render(scope));
        if (feed == null) {
            Object input = job.input() == null
                    ? scope.value(Source.INPUT, null)
                    : job.input().render(scope);
            alone = !(input instanceof List<?>);
            list = (input instanceof List<?> elements ? elements : Collections.singletonList(input)).iterator();
        } else {
            stream = feed;
        }
        ChunkQueue queue = streams && !needsWhole ? new ChunkQueue(atOnce, MAX_WAITING_BYTES) : null;
        chunks = queue;
        shapesEach = streams && needsWhole;
        registration = run.onCancel(() -> stop(String.valueOf(run.reason())));
        if (queue != null) {
            queue.onCancel(() -> stop("the stream was closed by its reader"));
            result.onOutput(shaped(new Output.Streamed(queue)));
        }
        turn.signal();
    }

    private void stop(String reason) {
        cancellation.cancel(reason);
        turn.signal();
    }

    private void advance() {
        try {
            for (Ended end = ends.poll(); end != null; end = ends.poll()) {
                running--;
                take(end);
            }
            give();
            if (failure == null) {
                cancellation.throwIfCancelled();
                startNext();
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
        boolean allGiven = chunks == null || !values.containsKey(given);
        if (!finished && running == 0 && allGiven && (failure != null || exhausted)) {
            finish();
        }
    }

    private void take(Ended end) {
        Output.Value value = end.value();
        if (value == null) {
            fail(placed(Objects.requireNonNull(end.failure(), "an end without a value has a failure"), end.index()));
            return;
        }
        Held held = new Held(value);
        values.put(end.index(), held);
        waitingBytes += held.bytes();
        if (chunks == null && waitingBytes > context.maxCollectedBytes()) {
            fail(Results.tooLarge(context.maxCollectedBytes()));
        }
    }

    private Throwable placed(Throwable cause, int index) {
        WeirException known = WeirException.of(Continuations.cause(cause));
        return alone || known.code() == ErrorCode.CANCELLED ? known : known.at("item " + index);
    }

    /** Gives the next results to the reader of the stream, in order, as far as there is room. */
    private void give() {
        ChunkQueue queue = chunks;
        while (queue != null && values.containsKey(given)) {
            Held held = values.get(given);
            Object chunk = held.value().value();
            if (queue.isCancelled()) {
                values.clear();
                waitingBytes = 0;
                return;
            }
            if (chunk != null && !queue.offer(chunk)) {
                queue.onWritable(turn::signal);
                return;
            }
            waitingBytes -= held.bytes();
            values.remove(given);
            given++;
        }
    }

    private void startNext() {
        while (!exhausted && running < atOnce && hasRoom()) {
            if (stream == null) {
                if (list.hasNext()) {
                    start(list.next());
                } else {
                    exhausted = true;
                }
                continue;
            }
            Received received = stream.poll(turn::signal);
            if (received == null) {
                return;
            }
            if (received instanceof Received.Failed failed) {
                throw failed.cause();
            } else if (received instanceof Received.Chunk chunk) {
                start(chunk.value());
            } else {
                exhausted = true;
            }
        }
    }

    /** Whether the results that wait for the reader of a stream leave room for a further call. */
    private boolean hasRoom() {
        return chunks == null || (started - given < 2 * atOnce && waitingBytes < MAX_WAITING_BYTES);
    }

    private void start(@Nullable Object element) {
        int index = started++;
        running++;
        try {
            Bindings ofElement = scope.with(Source.ITEM, element).with(Source.INDEX, index);
            call.start(context, ofElement, element, cancellation, new ActionCall.Result() {
                @Override
                public void onOutput(Output output) {
                    new StreamCollector(callBytes(), context.tasks())
                            .whole(output, (value, cause) -> ended(index, value, cause));
                }

                @Override
                public void onFailure(Throwable cause) {
                    ended(index, null, cause);
                }
            });
        } catch (RuntimeException | Error e) {
            ended(index, null, e);
        }
    }

    /** The largest streamed result of one call: those of all calls at once stay near the limit of the job. */
    private int callBytes() {
        return Math.max(context.maxCollectedBytes() / atOnce, Math.min(MAX_WAITING_BYTES, context.maxCollectedBytes()));
    }

    private void ended(int index, Output.@Nullable Value value, @Nullable Throwable cause) {
        ends.add(new Ended(index, value, cause));
        turn.signal();
    }

    private void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
            cancellation.cancel("another item has failed");
        }
    }

    /** Ends the job, since no task can be had. */
    private void refuse(Throwable refusal) {
        fail(WeirException.shuttingDown(refusal));
        if (!finished) {
            finish();
        }
    }

    private void finish() {
        finished = true;
        registration.close();
        if (stream != null) {
            stream.close();
        }
        if (failure != null) {
            if (chunks == null) {
                result.onFailure(failure);
            } else {
                chunks.fail(WeirException.of(failure));
            }
        } else if (chunks == null) {
            try {
                result.onOutput(whole());
            } catch (RuntimeException | Error e) {
                result.onFailure(e);
            }
        } else {
            chunks.complete();
        }
    }

    /** The results as a value. Where another job needs the whole of a stream, each is shaped as a chunk of it. */
    private Output whole() {
        List<Output> results = new ArrayList<>(started);
        for (int i = 0; i < started; i++) {
            Output.Value value =
                    Objects.requireNonNull(values.get(i), "each call has ended").value();
            Output own = new Output.Value(value.value(), value.content());
            results.add(shapesEach ? shaped(own) : own);
        }
        if (alone) {
            return shapesEach ? results.get(0) : shaped(results.get(0));
        }
        List<@Nullable Object> list = new ArrayList<>(started);
        for (Output each : results) {
            Object value = ((Output.Value) each).value();
            if (value != null || !shapesEach) {
                list.add(value);
            }
        }
        return shapesEach ? new Output.Value(list) : shaped(new Output.Value(list));
    }

    private Output shaped(Output output) {
        return job.output() == null ? output : Outputs.shaped(output, job.output(), scope);
    }
}
