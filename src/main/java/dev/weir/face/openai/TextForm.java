package dev.weir.face.openai;

import dev.weir.api.run.RunAnswer;
import dev.weir.api.run.RunForm;
import dev.weir.api.run.RunResponder;
import dev.weir.face.ShapedOutput;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The form of chat completions and completions, whole or streamed as the client wishes, whatever the output of the run is.
 *
 * @param request the body of the request
 */
record TextForm(TextAnswer.Wish wish, Map<String, @Nullable Object> request) implements RunForm {
    @Override
    public Optional<RunAnswer.Head> announced(Run run) {
        return wish.streams() ? Optional.of(head(run)) : Optional.empty();
    }

    private RunAnswer.Head head(Run run) {
        return new RunAnswer.Head(new TextChunks(TextAnswer.of(wish, run)), RunResponder.STREAM_HEADERS, 200);
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Streamed output) {
        ChunkSource chunks = new ShapedOutput(run, request).chunks(output);
        return wish.streams()
                ? new RunAnswer.Stream(head(run), chunks, false)
                : new RunAnswer.Collected(chunks, new WholeText(TextAnswer.of(wish, run)));
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Value output) {
        Object value = new ShapedOutput(run, request).value(output);
        ChunkQueue one = new ChunkQueue(1);
        if (wish.streams() && value != null) {
            one.offer(value);
        }
        one.complete();
        if (wish.streams()) {
            return new RunAnswer.Stream(head(run), one, false);
        }
        WholeText whole = new WholeText(TextAnswer.of(wish, run));
        whole.value(value);
        return new RunAnswer.Whole(whole.body(), one);
    }
}
