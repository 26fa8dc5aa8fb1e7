package dev.weir.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** The JAX-RS application: its resources and providers are found by scanning. */
@ApplicationPath("/api")
public class WeirApplication extends Application {

    /** Jersey holds back whatever is flushed until it has this many bytes; a stream wants none held back. */
    @Override
    public Map<String, Object> getProperties() {
        return Map.of("jersey.config.server.contentLength.buffer", 0);
    }
}
