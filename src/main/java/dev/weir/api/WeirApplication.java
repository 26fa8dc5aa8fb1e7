package dev.weir.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** The JAX-RS application: its resources and providers are found by scanning. */
@ApplicationPath("/api")
public class WeirApplication extends Application {
    /**
     * The settings of Jersey. It would buffer flushed bytes, which a stream must not do. It would also answer OPTIONS with a
     * description (WADL) that does not match the run's responses.
     */
    @Override
    public Map<String, Object> getProperties() {
        return Map.of("jersey.config.server.contentLength.buffer", 0, "jersey.config.server.wadl.disableWadl", true);
    }
}
