package dev.weir.component.model;

import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.config.ActionConfig;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelTask;
import dev.weir.inference.TextGenerator;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Continues texts and conversations with a local model, which other components may share. */
final class ModelComponent implements Component {
    private final ModelConfig config;
    private final SharedModel model;

    ModelComponent(ModelConfig config, SharedModel model) {
        this.config = config;
        this.model = model;
    }

    @Override
    public String id() {
        return config.id();
    }

    @Override
    public Readiness readiness() {
        return model.readiness();
    }

    @Override
    public Output invoke(Invocation invocation) throws InterruptedException {
        ModelAction action = ActionConfig.named(config.actions(), invocation.actionId());
        GenerationCall call = GenerationCall.of(action, config.task(), invocation.scope());
        TextGenerator generator = model.await(invocation.cancellation());
        List<ChunkSource> sources = start(generator, call, invocation.cancellation());
        if (call.streaming()) {
            return new Output.Streamed(shaped(sources.get(0), action.output(), invocation.scope()));
        }
        List<String> texts = collected(sources);
        Object result = call.several() ? texts : texts.get(0);
        return new Output.Value(shaped(result, action.output(), invocation));
    }

    /** Starts one generation an input; all are under way before the first is read. */
    private static List<ChunkSource> start(TextGenerator generator, GenerationCall call, Cancellation cancellation) {
        List<ChunkSource> sources = new ArrayList<>();
        try {
            for (GenerationCall.Prompt prompt : call.prompts()) {
                ChunkSource source = prompt.start(generator, call.settings());
                sources.add(source);
                cancellation.onCancel(source::close);
            }
            return sources;
        } catch (RuntimeException e) {
            sources.forEach(ChunkSource::close);
            throw e;
        }
    }

    private static List<String> collected(List<ChunkSource> sources) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        try {
            for (ChunkSource source : sources) {
                StringBuilder text = new StringBuilder();
                source.readAll(chunk -> {
                    text.append(chunk);
                    return true;
                });
                texts.add(text.toString());
            }
            return texts;
        } finally {
            sources.forEach(ChunkSource::close);
        }
    }

    private static ChunkSource shaped(ChunkSource chunks, @Nullable Template output, Scope scope) {
        return output == null ? chunks : chunks.map(chunk -> output.render(resultIn(scope, chunk)));
    }

    private static @Nullable Object shaped(Object result, @Nullable Template output, Invocation invocation) {
        return output == null ? result : output.render(resultIn(invocation.scope(), result));
    }

    /** Whether or not it streams, {@code result} and {@code result[]} both stand for what there is. */
    private static Scope resultIn(Scope scope, Object result) {
        return (source, name) ->
                source == Source.RESULT || source == Source.RESULT_CHUNK ? result : scope.value(source, name);
    }

    @Override
    public void close() {
        model.release();
    }

    static boolean supports(ModelTask task) {
        return task == ModelTask.TEXT_GENERATION || task == ModelTask.CHAT_COMPLETION;
    }
}
