package dev.weir.api;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** The JAX-RS application: its resources and providers are found by scanning. */
@ApplicationPath("/api")
public class WeirApplication extends Application {
    private static final System.Logger LOG = System.getLogger(WeirApplication.class.getName());

    /**
     * Jersey holds back whatever is flushed until it has this many bytes, and a stream wants none held back; and it describes
     * itself in XML to whoever asks for options, though its description knows nothing of what a run answers.
     */
    @Override
    public Map<String, Object> getProperties() {
        return Map.of("jersey.config.server.contentLength.buffer", 0, "jersey.config.server.wadl.disableWadl", true);
    }

    /**
     * Ends what runs while events can still be sent: Payara ends JAX-RS before it tells the listeners of the application. Other
     * servers do not call this.
     */
    @PreDestroy
    void end() {
        try {
            CDI.current().select(Ending.class).get().end();
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "the application's beans have ended already", e);
        }
    }
}
