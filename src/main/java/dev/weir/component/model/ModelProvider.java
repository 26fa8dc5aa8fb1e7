package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelLocation;
import dev.weir.inference.InferenceSettings;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Makes the components of type {@code model}. */
@ApplicationScoped
public class ModelProvider implements ComponentProvider<ModelConfig> {
    private Pools pools;
    private Settings settings;
    private SharedModels models;

    /** For the container's proxies. */
    protected ModelProvider() {}

    @Inject
    ModelProvider(Pools pools, Settings settings) {
        this.pools = pools;
        this.settings = settings;
    }

    @PostConstruct
    void start() {
        InferenceSettings limits = new InferenceSettings(
                settings.modelThreads(),
                settings.maxBatch(),
                settings.maxWaitingGenerations(),
                settings.streamCapacity());
        models = new SharedModels(limits, settings.modelLoadTimeout(), pools.inference());
    }

    @Override
    public Class<ModelConfig> configuration() {
        return ModelConfig.class;
    }

    @Override
    public Component create(ModelConfig config, EnvironmentVariables environment) {
        if (!ModelComponent.supports(config.task())) {
            throw unavailable("task " + config.task() + "; text-generation and chat-completion are");
        }
        if (!config.device().equals("cpu")) {
            throw unavailable("device " + config.device() + "; cpu is");
        }
        if (!(config.model() instanceof ModelLocation.Local local)) {
            throw unavailable("loading " + config.model() + " from the Hub; a local folder (model: ./folder) is");
        }
        return new ModelComponent(config, models.use(local, config.precision()));
    }

    private static WeirException unavailable(String what) {
        return new WeirException(ErrorCode.NOT_READY, "this version does not support " + what);
    }
}
