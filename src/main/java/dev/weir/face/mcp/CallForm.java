package dev.weir.face.mcp;

import dev.weir.WeirException;
import dev.weir.api.run.RunAnswer;
import dev.weir.api.run.RunForm;
import dev.weir.api.run.RunResponder;
import dev.weir.json.MemoryEstimate;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import dev.weir.stream.Timers;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.RunState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The form of the answer to a call of a tool: events with progress for a stream with a token, otherwise one message.
 *
 * @param token the token of the progress; null for no progress
 * @param services what all calls share
 */
record CallForm(McpRequest request, @Nullable Object token, ToolContent tool, Services services) implements RunForm {
    /**
     * What all calls share.
     *
     * @param taskAfter the time after which a client that can poll gets a task; 0 for never
     * @param sizes refuses an output of so many bytes
     */
    record Services(Timers timers, Duration taskAfter, LongConsumer sizes) {}

    @Override
    public Optional<RunAnswer.Kept> kept(Run run) {
        return token == null ? Optional.of(new Whole(run)) : Optional.empty();
    }

    /** The answer without progress. */
    private final class Whole implements RunAnswer.Kept {
        private final Run run;

        Whole(Run run) {
            this.run = run;
        }

        @Override
        public Cancellation.Registration waits(Runnable release) {
            return request.takesTasks() && !services.taskAfter().isZero()
                    ? services.timers().after(services.taskAfter(), release, refused -> {})
                    : () -> {};
        }

        @Override
        public RunAnswer.Body pending() {
            return RunAnswer.Body.json(McpMessages.result(request, McpTasks.created(run)));
        }

        @Override
        public RunAnswer.Body completed(RunState.Completed end) {
            return RunAnswer.Body.json(response(end.output(), end.content(), true));
        }
    }

    @Override
    public Optional<RunAnswer.Head> announced(Run run) {
        return token != null && run.isEventStream() ? Optional.of(head(token, Optional.empty())) : Optional.empty();
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Streamed output) {
        if (token == null) {
            throw new IllegalStateException("the output of a call without progress is kept");
        }
        ChunkSource progress = new ProgressSource(bounded(run, output.chunks()), services.timers(), System::nanoTime);
        return new RunAnswer.Stream(head(token, output.content()), progress, false);
    }

    private ChunkSource bounded(Run run, ChunkSource chunks) {
        AtomicLong bytes = new AtomicLong();
        return chunks.map(chunk -> {
            try {
                services.sizes().accept(bytes.addAndGet(MemoryEstimate.bytes(chunk)));
            } catch (WeirException e) {
                // The source is closed next, which would count as a client that disconnects.
                run.fail(e);
                throw e;
            }
            return chunk;
        });
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Value output) {
        ChunkQueue one = new ChunkQueue(1);
        one.offer(new ProgressSource.Outcome(output.value()));
        one.complete();
        return new RunAnswer.Whole(RunAnswer.Body.json(response(output.value(), output.content(), true)), one);
    }

    private RunAnswer.Head head(Object ofProgress, Optional<Content> content) {
        return new RunAnswer.Head(
                new MessageFraming(ofProgress, value -> response(value, content, false)),
                RunResponder.STREAM_HEADERS,
                200);
    }

    private Map<String, @Nullable Object> response(@Nullable Object value, Optional<Content> content, boolean isKept) {
        return McpMessages.result(request, tool.result(value, content, isKept));
    }
}
