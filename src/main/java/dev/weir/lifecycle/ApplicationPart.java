package dev.weir.lifecycle;

import dev.weir.files.TemporaryFolder;
import dev.weir.runtime.Shutdown;

/**
 * A part of the application that starts or ends with it. Each bean that implements this interface takes part. The parts are
 * called one after another, in no fixed order, and do not call each other.
 */
public interface ApplicationPart {
    /** Registers the end of this part in the phases of the shutdown. Called once, before any part is started. */
    default void register(Shutdown shutdown) {}

    /** Starts this part, before the configuration is loaded. Not called if a setting is invalid. */
    default void start(TemporaryFolder temporary) {}

    /**
     * Applies a configuration that is served from now on. Calls do not overlap.
     *
     * @param contextPath the path of the application on its server
     */
    default void configurationServed(String contextPath) {}
}
