package dev.weir.component.text;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.config.SplitterConfig;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Makes the components of the types {@code text-splitter} and {@code sentence-splitter}. */
@ApplicationScoped
public class SplitterProvider implements ComponentProvider<SplitterConfig> {
    private Pools pools;
    private Settings settings;

    /** For CDI client proxies. */
    protected SplitterProvider() {}

    @Inject
    public SplitterProvider(Pools pools, Settings settings) {
        this.pools = pools;
        this.settings = settings;
    }

    @Override
    public Class<SplitterConfig> configuration() {
        return SplitterConfig.class;
    }

    @Override
    public Component create(SplitterConfig config, EnvironmentVariables environment) {
        return new SplitterComponent(config, new SplitterLimits(settings.tasks().maxOutputBytes()), pools.tasks());
    }
}
