package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.config.ModelConfig;
import dev.weir.hub.Hub;
import dev.weir.hub.HubSettings;
import dev.weir.inference.EncodingBudget;
import dev.weir.inference.onnx.NativeRuntime;
import dev.weir.inference.spec.Hardware;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.IntraOpThreads;
import dev.weir.inference.spec.RunLimit;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.Shutdown.Phase;
import dev.weir.stream.Timers;
import dev.weir.tokenizer.Tokenizer;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the components of type {@code model}. */
@ApplicationScoped
public class ModelProvider implements ComponentProvider<ModelConfig> {
    private Pools pools;
    private Settings settings;
    private SharedModels models;
    private CallServices services;
    private @Nullable Hub hub;

    /** For CDI client proxies. */
    protected ModelProvider() {}

    @Inject
    ModelProvider(Pools pools, Settings settings) {
        this.pools = pools;
        this.settings = settings;
    }

    @PostConstruct
    void start() {
        InferenceSettings limits = new InferenceSettings(
                Hardware.cpu(new IntraOpThreads(
                        settings.models().threads(), settings.models().spinning())),
                settings.models().maxBatch(),
                settings.models().maxWaiting(),
                settings.streams().capacity(),
                settings.models().exactBatches(),
                (long) settings.models().searchMemoryMebibytes() << 20);
        pools.shutdown().register(Phase.RELEASE, "ONNX Runtime", NativeRuntime::release);
        Timers timers = new Timers(pools.timers());
        services = new CallServices(
                new CallLimits(
                        settings.models().maxBatch(),
                        settings.models().maxSequences(),
                        settings.models().maxTexts()),
                new EncodingBudget(settings.models().encodeCharacters(), pools.tasks()),
                pools.tasks(),
                timers);
        LoadLimits loading = new LoadLimits(
                settings.models().loadTimeout(),
                new RunLimit(settings.models().runTimeout(), timers),
                settings.models().trial()
                        ? new TokenizerTrial(verdicts(System.getenv()), TokenizerTrial.LIMIT)
                        : Tokenizer.Trial.NONE,
                timers);
        models = new SharedModels(new ModelSource(this::hub), limits, loading, pools.inference());
    }

    @Override
    public Class<ModelConfig> configuration() {
        return ModelConfig.class;
    }

    @Override
    public Component create(ModelConfig config, EnvironmentVariables environment) {
        boolean generates = config.task().generates();
        return new ModelComponent(
                config,
                models.use(config.model(), config.precision(), config.device(), generates, environment::mask),
                services);
    }

    /** The folder of tokenizer verdicts, in the Hub's cache: this server can write there if it downloads models. */
    private static Path verdicts(Map<String, String> environment) {
        Path home = Path.of(System.getProperty("user.home"));
        try {
            return HubSettings.of(environment, home).cache().resolve(".weir").resolve("tokenizers");
        } catch (IllegalArgumentException e) {
            // The Hub reports the invalid setting when a model is requested from it.
            return home.resolve(".cache").resolve("weir").resolve("tokenizers");
        }
    }

    /** The Hub with the settings of the process's environment. It is made when the first model is requested from it. */
    private synchronized Hub hub() {
        if (hub == null) {
            try {
                Path home = Path.of(System.getProperty("user.home"));
                hub = new Hub(HubSettings.of(System.getenv(), home), pools.http());
            } catch (IllegalArgumentException e) {
                throw new WeirException(ErrorCode.NOT_READY, String.valueOf(e.getMessage()), e);
            }
        }
        return hub;
    }
}
