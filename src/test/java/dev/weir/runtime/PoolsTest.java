package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolsTest {
    private final AtomicInteger made = new AtomicInteger();
    private Pools pools;

    @BeforeEach
    void start() {
        Settings settings = TestSettings.of(Map.of());
        pools = new Pools(settings, deafFactory(), Duration.ofMillis(100));
        pools.start();
    }

    /** A factory like Payara's while an application ends: its threads start and run nothing. */
    private ManagedThreadFactory deafFactory() {
        return (ManagedThreadFactory) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ManagedThreadFactory.class},
                (proxy, method, arguments) -> {
                    made.incrementAndGet();
                    return new Thread(() -> {});
                });
    }

    @Test
    void whatIsLeftToDoIsDoneWhenTheContainerRunsNothingAnyMore() throws Exception {
        pools.applicationEnds();
        int before = made.get();

        assertThat(pools.http()
                        .submit(() -> Thread.currentThread().getContextClassLoader())
                        .get(10, TimeUnit.SECONDS))
                .isSameAs(Pools.class.getClassLoader());
        assertThat(made).hasValue(before);
        pools.end();
    }

    @Test
    void threadsAreTheContainersUntilThen() {
        int before = made.get();
        pools.http().execute(() -> {});

        assertThat(made).hasValue(before + 1);
    }
}
