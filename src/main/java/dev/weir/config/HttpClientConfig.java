package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A component that calls an HTTP service.
 *
 * @param baseUrl the URL that an action's {@code path} is appended to; null if every action has its {@code endpoint}
 */
public record HttpClientConfig(
        String id,
        boolean isDefault,
        @Nullable Template baseUrl,
        HttpTransport transport,
        List<HttpAction> actions,
        Location location)
        implements ComponentConfig {
    public static final String TYPE = "http-client";

    public HttpClientConfig {
        actions = List.copyOf(actions);
    }

    @Override
    public String type() {
        return TYPE;
    }
}
