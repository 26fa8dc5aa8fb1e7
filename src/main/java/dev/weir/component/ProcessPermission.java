package dev.weir.component;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.config.ComponentConfig;
import dev.weir.runtime.ProcessSettings;

/** The rule for all components that start programs on this machine. Stateless. */
public final class ProcessPermission {
    private ProcessPermission() {}

    /**
     * Does nothing if programs are allowed.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if they are not: the component fails, and others work
     */
    public static void require(ProcessSettings processes, ComponentConfig config) {
        if (!processes.allowed()) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "a component of type '" + config.type()
                            + "' may not start programs here (weir.processes=false): set weir.processes=true, or remove the"
                            + " component");
        }
    }
}
