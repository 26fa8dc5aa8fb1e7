package dev.weir.runtime;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;

/** What the container gives to the rest, without a container: settings, and pools whose threads keep no JVM from ending. */
public record ServerFixture(Settings settings, Pools pools) implements AutoCloseable {
    /**
     * Starts the pools.
     *
     * @param values of the settings, by their keys; the others have their defaults
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
