package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
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
import dev.weir.config.ModelConfig.Architecture;
import dev.weir.config.ModelLocation;
import dev.weir.config.ModelTask;
import dev.weir.inference.LoadedModel;
import dev.weir.inference.TextEncoder;
import dev.weir.inference.TextGenerator;
import dev.weir.inference.schedule.GeneratedText;
import dev.weir.inference.schedule.SchedulerState;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.telemetry.Operation;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Generates or encodes texts with a local model, which it may share with other components. */
final class ModelComponent implements Component {
    private static final System.Logger LOG = System.getLogger(ModelComponent.class.getName());

    private final ModelConfig config;
    private final SharedModel model;
    private final CallServices services;

    ModelComponent(ModelConfig config, SharedModel model, CallServices services) {
        this.config = config;
        this.model = model;
        this.services = services;
        config.architecture().ifPresent(named -> model.onLoad(loaded -> warnOfArchitecture(named, loaded)));
    }

    /** Warns if the model is of another architecture than the configuration names. The model decides. */
    private void warnOfArchitecture(Architecture named, LoadedModel loaded) {
        if (loaded instanceof TextGenerator generator && generator.hasEncoder() != (named == Architecture.SEQ2SEQ)) {
            LOG.log(
                    Level.WARNING,
                    "component {0} names the architecture {1}, but model {2} is {3}, which counts",
                    id(),
                    named.toString().toLowerCase(Locale.ROOT),
                    config.model(),
                    generator.hasEncoder() ? "seq2seq" : "causal");
        }
    }

    @Override
    public String id() {
        return config.id();
    }

    @Override
    public Readiness readiness() {
        return model.loaded()
                .filter(TextGenerator.class::isInstance)
                .flatMap(loaded -> taskProblem((TextGenerator) loaded))
                .<Readiness>map(Readiness.Failed::new)
                .orElseGet(model::readiness);
    }

    /** The reason why the model cannot do the task, if any: it has no chat template, or no encoder. */
    private Optional<String> taskProblem(TextGenerator generator) {
        if (config.task() == ModelTask.TEXT_TO_TEXT && !generator.hasEncoder()) {
            return Optional.of("model " + config.model() + " cannot do " + ModelTask.TEXT_TO_TEXT
                    + ": it is decoder-only, write task: " + ModelTask.TEXT_GENERATION);
        }
        return config.task() == ModelTask.CHAT_COMPLETION
                ? generator.chatProblem().map(problem -> "model " + config.model() + " cannot chat: " + problem)
                : Optional.empty();
    }

    @Override
    public Optional<Activity> activity() {
        return model.loaded()
                .filter(TextGenerator.class::isInstance)
                .map(TextGenerator.class::cast)
                .map(this::activity);
    }

    private Activity activity(TextGenerator generator) {
        SchedulerState state = generator.state();
        return new Activity(
                modelName(),
                generator,
                state.running(),
                state.waiting(),
                state.paused(),
                generator.tokensPerSecond(),
                state.tokens());
    }

    /** The repository of the model, or the name of its folder. */
    private String modelName() {
        return config.model() instanceof ModelLocation.Local local
                ? String.valueOf(local.directory().getFileName())
                : config.model().toString();
    }

    private String operation() {
        if (!config.task().generates()) {
            return "embeddings";
        }
        return config.task() == ModelTask.CHAT_COMPLETION ? "chat" : "text_completion";
    }

    @Override
    public CompletableFuture<Output> call(Invocation invocation) {
        invocation.meter().describe(Operation.local(operation(), modelName()));
        return Continuations.started(() -> {
            ModelAction action = ActionConfig.named(config.actions(), invocation.actionId());
            return config.task().generates() ? generate(action, invocation) : encode(action, invocation);
        });
    }

    private CompletableFuture<Output> encode(ModelAction action, Invocation invocation) {
        EncodingCall call = EncodingCall.of(action, config.task(), invocation.scope(), services.limits());
        return ready(invocation)
                .thenCompose(encoder -> call.run((TextEncoder) encoder, invocation.cancellation(), services))
                .thenApply(result -> Results.shaped(result, action.output(), invocation.scope()));
    }

    private CompletableFuture<Output> generate(ModelAction action, Invocation invocation) {
        GenerationCall call = GenerationCall.of(
                action, config.task(), invocation.parameters(), invocation.scope(), services.limits());
        return ready(invocation).thenCompose(loaded -> {
            TextGenerator generator = (TextGenerator) loaded;
            if (config.task() == ModelTask.TEXT_TO_TEXT) {
                taskProblem(generator).ifPresent(problem -> {
                    throw new WeirException(ErrorCode.NOT_READY, problem);
                });
            }
            GenerationSettings settings = call.settings(generator.defaults());
            if (call.streaming()) {
                return stream(call, generator, settings, invocation.cancellation())
                        .thenApply(output -> Results.shaped(output, action.output(), invocation.scope()));
            }
            return WholeTexts.of(call, generator, settings, invocation.cancellation(), services)
                    .thenApply(output -> Results.shaped(output, action.output(), invocation.scope()));
        });
    }

    private CompletableFuture<Output> stream(
            GenerationCall call, TextGenerator generator, GenerationSettings settings, Cancellation cancellation) {
        TextGenerator.Written prompt = call.prompts().get(0).written(generator, settings, cancellation);
        return services.encoding().during(prompt.text().length(), cancellation, () -> {
            GeneratedText text = generator.stream(prompt, settings);
            return new Output.Streamed(CallSource.of(text, cancellation), Optional.empty(), text.summary());
        });
    }

    private CompletableFuture<LoadedModel> ready(Invocation invocation) {
        return model.ready(invocation.cancellation(), services.tasks(), services.timers());
    }

    @Override
    public void close() {
        model.release();
    }
}
