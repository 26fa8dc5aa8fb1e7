package dev.weir.workflow.graph;

import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Output;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Renders a component's output through an {@code output} template, whole or chunk by chunk. */
public final class Outputs {
    private Outputs() {}

    /**
     * Returns {@code output} rendered through {@code template} with {@code ${output}} bound to it. A stream stays a stream if
     * the template refers to it. Otherwise the stream is closed, since it has no reader.
     */
    public static Output shaped(Output output, Template template, Scope scope) {
        return shaped(output, template, scope, "");
    }

    /**
     * Returns the output of a terminal job rendered through the workflow's template, as {@link #shaped(Output, Template,
     * Scope)}. {@code ${jobs.<id>.output}} is bound to it, too.
     *
     * @param jobId the id of the job that gave the output
     */
    public static Output shaped(Output output, Template template, Scope scope, String jobId) {
        if (output instanceof Output.Value value) {
            Object shaped = template.render(bound(scope, value.value(), jobId));
            return new Output.Value(
                    shaped, shaped == value.value() ? value.content() : Optional.empty(), value.summary());
        }
        Output.Streamed streamed = (Output.Streamed) output;
        if (!template.passesOutput(jobId)) {
            streamed.chunks().close();
            return new Output.Value(template.render(scope));
        }
        return new Output.Streamed(
                streamed.chunks().map(mapper(template, scope, jobId)),
                streamed.content().map(Content::withoutLength),
                streamed.summary());
    }

    private static ChunkSource.ChunkMapper mapper(Template template, Scope scope, String jobId) {
        if (template.repeatsOutput(jobId)) {
            AtomicInteger index = new AtomicInteger();
            return chunk -> template.renderElement(chunk, index.getAndIncrement(), scope);
        }
        return chunk -> template.render(bound(scope, chunk, jobId));
    }

    /** Closes the stream of an output that has no reader. */
    public static void close(Output output) {
        if (output instanceof Output.Streamed streamed) {
            streamed.chunks().close();
        }
    }

    private static Scope bound(Scope scope, @Nullable Object output, String jobId) {
        return (source, name) -> source == Source.OUTPUT || (source == Source.JOB_OUTPUT && jobId.equals(name))
                ? output
                : scope.value(source, name);
    }
}
