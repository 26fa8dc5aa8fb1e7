package dev.weir.component;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.config.ComponentConfig;

/**
 * Makes the components of one type. Providers are CDI beans, one a type, found by the class of configuration they read; a
 * library in the WAR may bring more of them.
 *
 * @param <C> the configuration of that type
 */
public interface ComponentProvider<C extends ComponentConfig> {

    /** The configuration this provider reads. */
    Class<C> configuration();

    /**
     * Makes the component of {@code config}. Returns soon: what takes long goes on in the background, and the component says
     * so in its {@link Component#readiness}.
     *
     * @param environment of the whole configuration; its mask keeps secrets out of what the component logs
     */
    Component create(C config, EnvironmentVariables environment);

    /** A provider whose components call this machine: through no proxy, and even if private addresses are refused. */
    default ComponentProvider<C> forThisMachine() {
        return this;
    }
}
