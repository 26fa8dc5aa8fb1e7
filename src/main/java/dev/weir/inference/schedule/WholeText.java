package dev.weir.inference.schedule;

import dev.weir.WeirException;
import dev.weir.stream.ChunkSink;

/** Gives a text to its sink as one chunk at its end. A slow reader of a whole text therefore never pauses its sequence. */
final class WholeText implements ChunkSink {
    private final ChunkSink sink;
    private final StringBuilder text = new StringBuilder();

    /**
     * Creates an empty text.
     *
     * @param sink must have room for one chunk
     */
    WholeText(ChunkSink sink) {
        this.sink = sink;
    }

    @Override
    public boolean offer(Object chunk) {
        text.append(chunk);
        return true;
    }

    @Override
    public void onWritable(Runnable action) {
        action.run();
    }

    @Override
    public void complete() {
        if (!text.isEmpty()) {
            sink.offer(text.toString());
        }
        sink.complete();
    }

    @Override
    public void fail(WeirException cause) {
        sink.fail(cause);
    }

    @Override
    public boolean isCancelled() {
        return sink.isCancelled();
    }

    @Override
    public void onCancel(Runnable action) {
        sink.onCancel(action);
    }
}
