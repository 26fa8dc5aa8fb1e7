package dev.weir.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** The JAX-RS application: its resources and providers are found by scanning. */
@ApplicationPath("/api")
public class WeirApplication extends Application {
    /**
     * Jersey holds back whatever is flushed until it has this many bytes, and a stream wants none held back; and it describes
     * itself in XML to whoever asks for options, though its description knows nothing of what a run answers.
     */
    @Override
    public Map<String, Object> getProperties() {
        return Map.of("jersey.config.server.contentLength.buffer", 0, "jersey.config.server.wadl.disableWadl", true);
    }
}
