package dev.weir.face;

import dev.weir.api.run.RunAnswer;
import dev.weir.api.run.RunForm;
import dev.weir.api.run.RunResponder;
import dev.weir.sse.EventFraming;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The form of a model's answer, whole or streamed as the client wishes, whatever the output of the run is. A value is a stream of
 * one chunk, and a stream is collected.
 *
 * @param streams whether the client wants a stream
 * @param request the body of the request
 * @param framing makes the framing of a stream
 * @param whole makes the collector of a whole answer
 */
public record ModelForm(
        boolean streams,
        Map<String, @Nullable Object> request,
        Function<Run, EventFraming> framing,
        Function<Run, WholeOutput> whole)
        implements RunForm {
    @Override
    public Optional<RunAnswer.Head> announced(Run run) {
        return streams ? Optional.of(head(run)) : Optional.empty();
    }

    private RunAnswer.Head head(Run run) {
        return new RunAnswer.Head(framing.apply(run), RunResponder.STREAM_HEADERS, 200);
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Streamed output) {
        ChunkSource chunks = new ShapedOutput(run, request).chunks(output);
        return streams
                ? new RunAnswer.Stream(head(run), chunks, false)
                : new RunAnswer.Collected(chunks, whole.apply(run));
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Value output) {
        Object value = new ShapedOutput(run, request).value(output);
        ChunkQueue one = new ChunkQueue(1);
        if (streams && value != null) {
            one.offer(value);
        }
        one.complete();
        if (streams) {
            return new RunAnswer.Stream(head(run), one, false);
        }
        WholeOutput answer = whole.apply(run);
        answer.value(value);
        return new RunAnswer.Whole(answer.body(), one);
    }
}
