package dev.weir.component.http;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.config.HttpClientConfig;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Makes the components of type {@code http-client}. */
@ApplicationScoped
public class HttpClientProvider implements ComponentProvider<HttpClientConfig> {
    private Pools pools;
    private Settings settings;
    private Upstreams upstreams;

    /** For CDI client proxies. */
    protected HttpClientProvider() {}

    @Inject
    HttpClientProvider(Pools pools, Settings settings, Upstreams upstreams) {
        this.pools = pools;
        this.settings = settings;
        this.upstreams = upstreams;
    }

    @Override
    public Class<HttpClientConfig> configuration() {
        return HttpClientConfig.class;
    }

    @Override
    public Component create(HttpClientConfig config, EnvironmentVariables environment) {
        return create(config, settings.upstreams().denyPrivate(), false);
    }

    private Component create(HttpClientConfig config, boolean denyPrivate, boolean direct) {
        return new HttpClientComponent(
                config,
                HttpCalls.of(
                        config.transport(), denyPrivate, settings, pools, upstreams.lease(config.transport(), direct)));
    }

    @Override
    public ComponentProvider<HttpClientConfig> forThisMachine() {
        return new ComponentProvider<>() {
            @Override
            public Class<HttpClientConfig> configuration() {
                return HttpClientConfig.class;
            }

            @Override
            public Component create(HttpClientConfig config, EnvironmentVariables environment) {
                return HttpClientProvider.this.create(config, false, true);
            }
        };
    }
}
