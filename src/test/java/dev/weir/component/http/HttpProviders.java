package dev.weir.component.http;

import dev.weir.component.ComponentProvider;
import dev.weir.component.service.HttpServerProvider;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import java.util.List;

/** The server's HTTP components, without the server. */
public final class HttpProviders {
    private HttpProviders() {}

    public static List<ComponentProvider<?>> of(Pools pools, Settings settings) {
        Upstreams upstreams = new Upstreams(pools, settings);
        HttpServerProvider services = new HttpServerProvider(pools, settings, upstreams);
        services.start();
        return List.of(new HttpClientProvider(pools, settings, upstreams), services);
    }
}
