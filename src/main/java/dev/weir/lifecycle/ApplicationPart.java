package dev.weir.lifecycle;

import dev.weir.files.TemporaryFolder;
import dev.weir.runtime.Shutdown;

/**
 * A part of the application that starts or ends with it: each bean that implements this takes part. The parts are called one after
 * the other, in no certain order, and do not call each other.
 */
public interface ApplicationPart {
    /** Adds what of this part ends to the list of phases. Called once, before anything is started. */
    default void register(Shutdown shutdown) {}

    /** Starts this part, before the configuration is loaded. Not called where the settings are wrong. */
    default void start(TemporaryFolder temporary) {}

    /**
     * Follows a configuration that is served from now on. Calls do not overlap.
     *
     * @param contextPath the path of the application on its server
     */
    default void configurationServed(String contextPath) {}
}
