package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class ManagedThreadsTest {
    private final List<Thread> asking = new CopyOnWriteArrayList<>();
    private final ThreadFactory factory = task -> {
        asking.add(Thread.currentThread());
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    };
    private final ManagedThreads threads = new ManagedThreads(factory);

    @Test
    void threadsAreTheServersAndNamedByTheirPurpose() {
        Thread first = threads.of("task").newThread(() -> {});
        Thread second = threads.of("writer").newThread(() -> {});

        assertThat(first.getName()).isEqualTo("weir-task-" + first.getId());
        assertThat(second.getName()).isEqualTo("weir-writer-" + second.getId());
        assertThat(asking).hasSize(2);
    }

    @Test
    void afterTheEndThreadsAreMadeHere() {
        threads.end();

        Thread made = threads.of("task").newThread(() -> {});

        assertThat(made.isDaemon()).isTrue();
        assertThat(made.getContextClassLoader()).isSameAs(ManagedThreads.class.getClassLoader());
        assertThat(asking).isEmpty();
    }
}
