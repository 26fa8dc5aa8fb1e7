package dev.weir.workflow.graph;

import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Output;
import dev.weir.stream.Content;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Renders a component's output through an {@code output} template, whole or chunk by chunk. */
public final class Outputs {
    private Outputs() {}

    /**
     * Returns {@code output} rendered through {@code template} with {@code ${output}} bound to it. A stream stays a stream if
     * the template refers to it. Otherwise the stream is closed, since it has no reader.
     */
    public static Output shaped(Output output, Template template, Scope scope) {
        if (output instanceof Output.Value value) {
            Object shaped = template.render(bound(scope, value.value()));
            return new Output.Value(shaped, shaped == value.value() ? value.content() : Optional.empty());
        }
        Output.Streamed streamed = (Output.Streamed) output;
        boolean refersToOutput = template.references().stream().anyMatch(each -> each.source() == Source.OUTPUT);
        if (!refersToOutput) {
            streamed.chunks().close();
            return new Output.Value(template.render(scope));
        }
        return new Output.Streamed(
                streamed.chunks().map(chunk -> template.render(bound(scope, chunk))),
                streamed.content().map(Content::withoutLength));
    }

    private static Scope bound(Scope scope, @Nullable Object output) {
        return (source, name) -> source == Source.OUTPUT ? output : scope.value(source, name);
    }
}
