package dev.weir.component;

import dev.weir.ErrorCode;
import dev.weir.StackTraces;
import dev.weir.WeirException;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.config.ComponentConfig;
import dev.weir.config.UnavailableConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The components that one configuration declares. Thread-safe. Closing the registry closes all components and drops them: a
 * run that has ended keeps its registry, but not the components.
 */
public final class ComponentRegistry implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ComponentRegistry.class.getName());

    private volatile Map<String, Component> components;

    private ComponentRegistry(Map<String, Component> components) {
        this.components = Collections.unmodifiableMap(components);
    }

    /**
     * Makes every component of {@code configs} with the provider of its type. A component that cannot be made is registered
     * as failed, with the reason; the others work.
     */
    public static ComponentRegistry create(
            List<ComponentConfig> configs,
            Iterable<? extends ComponentProvider<?>> providers,
            EnvironmentVariables environment) {
        Map<String, Component> components = new LinkedHashMap<>();
        try {
            for (ComponentConfig config : configs) {
                components.put(config.id(), component(config, providers, environment));
            }
            return new ComponentRegistry(components);
        } catch (RuntimeException | Error e) {
            new ComponentRegistry(components).close();
            throw e;
        }
    }

    private static Component component(
            ComponentConfig config,
            Iterable<? extends ComponentProvider<?>> providers,
            EnvironmentVariables environment) {
        if (config instanceof UnavailableConfig unavailable) {
            return new FailedComponent(unavailable.id(), unavailable.reason());
        }
        try {
            for (ComponentProvider<?> provider : providers) {
                if (provider.configuration().isInstance(config)) {
                    return create(provider, config, environment);
                }
            }
            return new FailedComponent(
                    config.id(), "this server has no provider for components of type " + config.type());
        } catch (WeirException e) {
            return new FailedComponent(config.id(), e.detail());
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "component {0} could not be made: {1}",
                    config.id(),
                    environment.mask(StackTraces.of(e)));
            return new FailedComponent(config.id(), WeirException.of(e).detail());
        }
    }

    private static <C extends ComponentConfig> Component create(
            ComponentProvider<C> provider, ComponentConfig config, EnvironmentVariables environment) {
        return provider.create(provider.configuration().cast(config), environment);
    }

    /**
     * The component with that id.
     *
     * @throws WeirException {@code INTERNAL} if the configuration declares no such component
     */
    public Component get(String id) {
        Component component = components.get(id);
        if (component == null) {
            throw new WeirException(ErrorCode.INTERNAL, "there is no component '" + id + "'");
        }
        return component;
    }

    /** All components, in the order of the configuration. */
    public Iterable<Component> all() {
        return components.values();
    }

    @Override
    public void close() {
        Map<String, Component> closing = components;
        components = Map.of();
        for (Component component : closing.values()) {
            try {
                component.close();
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.WARNING, "component " + component.id() + " did not close", e);
            }
        }
    }

    /** A component that could not be made. Every call fails with the reason. */
    private record FailedComponent(String id, String reason) implements Component {
        @Override
        public Readiness readiness() {
            return new Readiness.Failed(reason);
        }

        @Override
        public CompletableFuture<Output> call(Invocation invocation) {
            return CompletableFuture.failedFuture(new WeirException(ErrorCode.NOT_READY, reason));
        }

        @Override
        public void close() {}
    }
}
