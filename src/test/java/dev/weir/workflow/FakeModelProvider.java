package dev.weir.workflow;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.config.ModelConfig;
import java.util.function.Function;

/** Makes the test's component of every {@code model}, by its id. */
public record FakeModelProvider(Function<String, Component> components) implements ComponentProvider<ModelConfig> {
    @Override
    public Class<ModelConfig> configuration() {
        return ModelConfig.class;
    }

    @Override
    public Component create(ModelConfig config, EnvironmentVariables environment) {
        return components.apply(config.id());
    }
}
