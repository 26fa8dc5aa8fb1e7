package dev.weir.component.text;

import dev.weir.binding.Values;
import dev.weir.component.CallSource;
import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.component.Results;
import dev.weir.config.ActionConfig;
import dev.weir.config.SplitterAction;
import dev.weir.config.SplitterConfig;
import dev.weir.json.MemoryEstimate;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Continuations;
import dev.weir.stream.SourceReading;
import dev.weir.stream.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Splits texts. The input may be a text, a list of texts, or a {@link ChunkSource}: the pieces of one text, which this component
 * then owns and closes.
 */
final class SplitterComponent implements Component {
    private final SplitterConfig config;
    private final SplitterLimits limits;
    private final Tasks tasks;

    SplitterComponent(SplitterConfig config, SplitterLimits limits, Tasks tasks) {
        this.config = config;
        this.limits = limits;
        this.tasks = tasks;
    }

    @Override
    public String id() {
        return config.id();
    }

    @Override
    public Readiness readiness() {
        return new Readiness.Ready();
    }

    @Override
    public CompletableFuture<Output> call(Invocation invocation) {
        return Continuations.started(() -> {
            SplitterAction action = ActionConfig.named(config.actions(), invocation.actionId());
            SplitterCall call = SplitterCall.of(action, invocation.scope(), limits);
            if (call.streaming() && call.text() != null) {
                ChunkSource parts = parts(call.text(), call, invocation);
                return CompletableFuture.completedFuture(
                        new Output.Streamed(Results.shaped(parts, action.output(), invocation.scope())));
            }
            CompletableFuture<?> result = call.text() instanceof List<?> texts
                    ? new Whole(call, invocation).all(texts)
                    : new Whole(call, invocation).one(call.text());
            return result.thenApply(
                    value -> new Output.Value(Results.shaped(value, action.output(), invocation.scope())));
        });
    }

    private static ChunkSource parts(Object text, SplitterCall call, Invocation invocation) {
        ChunkSource pieces = text instanceof ChunkSource stream ? stream : single(Values.text(text));
        return CallSource.of(new SplitSource(pieces, call.splitter().get()), invocation.cancellation());
    }

    private static ChunkSource single(String text) {
        ChunkQueue queue = new ChunkQueue(1);
        queue.offer(text);
        queue.complete();
        return queue;
    }

    @Override
    public void close() {}

    /** The parts of all texts of a call, within one limit. The texts are split one after another, on task threads. */
    private final class Whole {
        private final SplitterCall call;
        private final Invocation invocation;
        private long bytes;

        Whole(SplitterCall call, Invocation invocation) {
            this.call = call;
            this.invocation = invocation;
        }

        /** The parts of a text; null for null. */
        CompletableFuture<@Nullable List<Object>> one(@Nullable Object text) {
            if (text == null) {
                return CompletableFuture.completedFuture(null);
            }
            List<Object> parts = new ArrayList<>();
            return SourceReading.readAll(parts(text, call, invocation), part -> take(part, parts), tasks)
                    .thenApply(nothing -> parts);
        }

        private boolean take(Object part, List<Object> parts) {
            bytes += MemoryEstimate.bytes(part);
            if (bytes > limits.mostBytes()) {
                throw Results.tooLarge(limits.mostBytes());
            }
            return parts.add(part);
        }

        CompletableFuture<List<@Nullable Object>> all(List<?> texts) {
            List<@Nullable Object> results = new ArrayList<>();
            CompletableFuture<List<@Nullable Object>> end = CompletableFuture.completedFuture(results);
            for (Object text : texts) {
                end = end.thenCompose(before -> one(text)).thenApply(parts -> {
                    results.add(parts);
                    return results;
                });
            }
            return end;
        }
    }
}
