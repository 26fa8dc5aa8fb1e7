package dev.weir.face;

import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.stream.ChunkSource;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shapes the output of a run by {@code openai.output} of its workflow.
 *
 * @param request the body of the request
 */
public record ShapedOutput(Run run, Map<String, @Nullable Object> request) {
    /** The chunks of a stream; a chunk that is shaped to null is dropped. */
    public ChunkSource chunks(RunOutput.Streamed output) {
        Template template = run.workflow().exposure().output();
        return template == null ? output.chunks() : output.chunks().map(chunk -> shaped(template, chunk));
    }

    /** A whole value. */
    public @Nullable Object value(RunOutput.Value output) {
        Template template = run.workflow().exposure().output();
        return template == null ? output.value() : shaped(template, output.value());
    }

    private @Nullable Object shaped(Template template, @Nullable Object output) {
        return template.render(Bindings.empty()
                .withEnvironment(run.served().config().environment())
                .with(Source.REQUEST, request)
                .with(Source.OUTPUT, output));
    }
}
