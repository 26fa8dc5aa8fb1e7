package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class ServerThreadsTest {
    private final List<Thread> asking = new CopyOnWriteArrayList<>();
    private final ThreadFactory factory = task -> {
        asking.add(Thread.currentThread());
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    };

    @Test
    void onlyOfWildFlyIsItAskedFromOneThread() {
        assertThat(ServerThreads.keepsWhatAsked("org.jboss.as.ee.concurrent.ManagedThreadFactoryImpl"))
                .isTrue();
        assertThat(ServerThreads.keepsWhatAsked("org.glassfish.enterprise.concurrent.ManagedThreadFactoryImpl"))
                .isFalse();
    }

    @Test
    void whoAsksIsAtNothing() {
        ServerThreads threads = new ServerThreads(factory, true);
        asking.clear();

        Thread first = threads.of("run").newThread(() -> {});
        Thread second = threads.of("job").newThread(() -> {});

        assertThat(first.getName()).isEqualTo("weir-run-" + first.getId());
        assertThat(second.getName()).isEqualTo("weir-job-" + second.getId());
        assertThat(asking).hasSize(2).doesNotContain(Thread.currentThread());
        assertThat(asking.get(0)).isSameAs(asking.get(1));
        threads.end();
    }

    @Test
    void elsewhereWhoWantsAThreadAsksForIt() {
        ServerThreads threads = new ServerThreads(factory, false);

        threads.of("run").newThread(() -> {});

        assertThat(asking).containsExactly(Thread.currentThread());
    }

    @Test
    void anInterruptedThreadHasItsThreadAndStaysInterrupted() {
        ServerThreads threads = new ServerThreads(factory, true);

        Thread.currentThread().interrupt();
        Thread made = threads.of("run").newThread(() -> {});

        assertThat(Thread.interrupted()).isTrue();
        assertThat(made.getName()).startsWith("weir-run-");
        threads.end();
    }

    @Test
    void whatTheServerRefusesIsToldToWhoAsked() {
        ThreadFactory refusing = task -> {
            if (asking.isEmpty()) {
                return factory.newThread(task);
            }
            throw new IllegalStateException("is stopped");
        };
        ServerThreads threads = new ServerThreads(refusing, true);

        assertThatThrownBy(() -> threads.of("run").newThread(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("is stopped");
        threads.end();
    }

    @Test
    void afterTheEndThreadsAreMadeHere() {
        ServerThreads threads = new ServerThreads(factory, true);
        threads.end();
        asking.clear();

        Thread made = threads.of("run").newThread(() -> {});

        assertThat(made.isDaemon()).isTrue();
        assertThat(made.getContextClassLoader()).isSameAs(ServerThreads.class.getClassLoader());
        assertThat(asking).isEmpty();
    }
}
