package dev.weir.workflow;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.config.HttpClientConfig;
import java.util.function.Function;

/** Makes the test's component of every {@code http-client}, by its id. */
public record FakeProvider(Function<String, Component> components) implements ComponentProvider<HttpClientConfig> {
    @Override
    public Class<HttpClientConfig> configuration() {
        return HttpClientConfig.class;
    }

    @Override
    public Component create(HttpClientConfig config, EnvironmentVariables environment) {
        return components.apply(config.id());
    }
}
