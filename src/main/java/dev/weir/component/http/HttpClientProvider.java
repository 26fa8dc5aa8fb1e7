package dev.weir.component.http;

import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.config.HttpClientConfig;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** Makes the components of type {@code http-client}. */
@ApplicationScoped
public class HttpClientProvider implements ComponentProvider<HttpClientConfig> {
    private static final System.Logger LOG = System.getLogger(HttpClientProvider.class.getName());

    private Pools pools;
    private Settings settings;

    /** For the container's proxies. */
    protected HttpClientProvider() {}

    @Inject
    HttpClientProvider(Pools pools, Settings settings) {
        this.pools = pools;
        this.settings = settings;
    }

    @Override
    public Class<HttpClientConfig> configuration() {
        return HttpClientConfig.class;
    }

    @Override
    public Component create(HttpClientConfig config) {
        unusedKeys(config)
                .forEach(key ->
                        LOG.log(Level.WARNING, "component {0}: {1} has no effect in this version", config.id(), key));
        return new HttpClientComponent(config, HttpCalls.of(config.transport(), settings, pools));
    }

    private static List<String> unusedKeys(HttpClientConfig config) {
        List<String> keys = new ArrayList<>();
        if (config.transport().maxRetries() > 0) {
            keys.add("max_retries");
        }
        if (config.transport().totalTimeout().isPresent()) {
            keys.add("total_timeout");
        }
        if (config.actions().stream().anyMatch(action -> action.completion() != null)) {
            keys.add("completion");
        }
        return keys;
    }
}
