package dev.weir.runtime;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;

/** The beans of the container, without a container: settings, and pools with daemon threads. */
public record ServerFixture(Settings settings, Pools pools) implements AutoCloseable {
    /**
     * Starts the pools.
     *
     * @param values the values of settings, by their keys; other settings have their defaults
     */
    public static ServerFixture with(Map<String, String> values) {
        Settings settings = TestSettings.of(values);
        Pools pools = new Pools(settings, factory(), Duration.ofSeconds(10));
        pools.start();
        return new ServerFixture(settings, pools);
    }

    private static ManagedThreadFactory factory() {
        return (ManagedThreadFactory) Proxy.newProxyInstance(
                ServerFixture.class.getClassLoader(),
                new Class<?>[] {ManagedThreadFactory.class},
                (proxy, method, arguments) -> {
                    Thread thread = new Thread((Runnable) arguments[0]);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public void close() {
        pools.shutdown().run();
    }
}
