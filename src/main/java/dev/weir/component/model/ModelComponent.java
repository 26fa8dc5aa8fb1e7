package dev.weir.component.model;

import dev.weir.component.Activity;
import dev.weir.component.CallSource;
import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.component.Results;
import dev.weir.config.ActionConfig;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelLocation;
import dev.weir.config.ModelTask;
import dev.weir.inference.LoadedModel;
import dev.weir.inference.TextEncoder;
import dev.weir.inference.TextGenerator;
import dev.weir.inference.schedule.SchedulerState;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Continuations;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Generates or encodes texts with a local model, which it may share with other components. */
final class ModelComponent implements Component {
    private final ModelConfig config;
    private final SharedModel model;
    private final CallServices services;

    ModelComponent(ModelConfig config, SharedModel model, CallServices services) {
        this.config = config;
        this.model = model;
        this.services = services;
    }

    @Override
    public String id() {
        return config.id();
    }

    @Override
    public Readiness readiness() {
        Optional<String> problem = config.task() == ModelTask.CHAT_COMPLETION ? chatProblem() : Optional.empty();
        return problem.<Readiness>map(Readiness.Failed::new).orElseGet(model::readiness);
    }

    /** The problem of the model's chat template, if any. Other tasks do not need the template. */
    private Optional<String> chatProblem() {
        return model.loaded()
                .filter(TextGenerator.class::isInstance)
                .flatMap(loaded -> ((TextGenerator) loaded).chatProblem())
                .map(problem -> "model " + config.model() + " cannot chat: " + problem);
    }

    @Override
    public Optional<Activity> activity() {
        return model.loaded()
                .filter(TextGenerator.class::isInstance)
                .map(TextGenerator.class::cast)
                .map(generator -> activity(generator.state(), generator.tokensPerSecond()));
    }

    private Activity activity(SchedulerState state, double tokensPerSecond) {
        String name = config.model() instanceof ModelLocation.Local local
                ? String.valueOf(local.directory().getFileName())
                : config.model().toString();
        return new Activity(name, state.running(), state.waiting(), state.paused(), tokensPerSecond);
    }

    @Override
    public CompletableFuture<Output> call(Invocation invocation) {
        return Continuations.started(() -> {
            ModelAction action = ActionConfig.named(config.actions(), invocation.actionId());
            return config.task().generates() ? generate(action, invocation) : encode(action, invocation);
        });
    }

    private CompletableFuture<Output> encode(ModelAction action, Invocation invocation) {
        EncodingCall call = EncodingCall.of(action, config.task(), invocation.scope(), services.limits());
        return ready(invocation)
                .thenCompose(encoder -> call.run((TextEncoder) encoder, invocation.cancellation(), services))
                .<Output>thenApply(
                        result -> new Output.Value(Results.shaped(result, action.output(), invocation.scope())));
    }

    private CompletableFuture<Output> generate(ModelAction action, Invocation invocation) {
        GenerationCall call = GenerationCall.of(action, config.task(), invocation.scope(), services.limits());
        return ready(invocation).thenCompose(loaded -> {
            TextGenerator generator = (TextGenerator) loaded;
            GenerationSettings settings = call.settings(generator.defaults());
            if (call.streaming()) {
                return stream(call, generator, settings, invocation.cancellation())
                        .<Output>thenApply(source ->
                                new Output.Streamed(Results.shaped(source, action.output(), invocation.scope())));
            }
            return WholeTexts.of(call, generator, settings, invocation.cancellation(), services)
                    .<Output>thenApply(results -> new Output.Value(Results.shaped(
                            call.several() ? results : results.get(0), action.output(), invocation.scope())));
        });
    }

    private CompletableFuture<ChunkSource> stream(
            GenerationCall call, TextGenerator generator, GenerationSettings settings, Cancellation cancellation) {
        TextGenerator.Written prompt = call.prompts().get(0).written(generator, settings, cancellation);
        return services.encoding()
                .during(
                        prompt.text().length(),
                        cancellation,
                        () -> CallSource.of(generator.stream(prompt, settings), cancellation));
    }

    private CompletableFuture<LoadedModel> ready(Invocation invocation) {
        return model.ready(invocation.cancellation(), services.tasks(), services.timers());
    }

    @Override
    public void close() {
        model.release();
    }
}
