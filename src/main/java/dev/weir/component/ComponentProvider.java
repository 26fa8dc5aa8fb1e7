package dev.weir.component;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.config.ComponentConfig;

/**
 * Makes the components of one type. A provider is a CDI bean, selected by the class of configuration that it reads. A
 * library in the WAR may add providers.
 *
 * @param <C> the configuration of that type
 */
public interface ComponentProvider<C extends ComponentConfig> {

    /** The configuration that this provider reads. */
    Class<C> configuration();

    /**
     * Makes the component of {@code config}. Returns soon: long work continues in the background, and
     * {@link Component#readiness} reports it.
     *
     * @param environment the variables of the whole configuration; their mask keeps secrets out of the component's log
     *     lines
     */
    Component create(C config, EnvironmentVariables environment);

    /** A provider of components that call this machine: they use no proxy and may call private addresses. */
    default ComponentProvider<C> forThisMachine() {
        return this;
    }
}
