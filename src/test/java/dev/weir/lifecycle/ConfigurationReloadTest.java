package dev.weir.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.workflow.HandTimers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConfigurationReloadTest {
    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HandTimers timers = new HandTimers();
    private final AtomicLong clock = new AtomicLong();
    private final List<String> read = new CopyOnWriteArrayList<>();
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final CountDownLatch slow = new CountDownLatch(1);
    private final AtomicInteger atOnce = new AtomicInteger();
    private volatile Optional<Throwable> failure = Optional.empty();
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("model-compose.yml");
        save("first");
    }

    @AfterEach
    void end() {
        slow.countDown();
        threads.shutdownNow();
    }

    private void save(String content) throws IOException {
        Files.writeString(file, content);
    }

    private ConfigurationReload reload(Executor executor) {
        ConfigurationReload reload =
                new ConfigurationReload(List.of(file), this::load, new Timers(timers), new Tasks(executor), clock::get);
        reload.load();
        reload.begin();
        return reload;
    }

    private Optional<List<Path>> load(BooleanSupplier current) {
        assertThat(atOnce.incrementAndGet()).isOne();
        try {
            String content = Files.readString(file);
            read.add(content);
            if (content.startsWith("slow")) {
                slow.await();
            }
            failure.ifPresent(ConfigurationReloadTest::sneak);
            if (!current.getAsBoolean()) {
                return Optional.empty();
            }
            served.add(content);
            return Optional.of(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            atOnce.decrementAndGet();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    /** Checks repeatedly until {@code content} is served. */
    private void lookUntilServed(String content) {
        while (!served.contains(content)) {
            timers.fire();
            Thread.onSpinWait();
        }
    }

    @Test
    void aSlowSaveThatAQuickOneFollowsIsNeverServed() throws IOException {
        reload(threads);
        save("slow");
        while (!read.contains("slow")) {
            timers.fire();
        }
        save("quick, with a tightened auth");
        for (int i = 0; i < 10; i++) {
            timers.fire();
        }
        slow.countDown();
        lookUntilServed("quick, with a tightened auth");
        assertThat(served).containsExactly("first", "quick, with a tightened auth");
    }

    @Test
    void aQuickSaveThatASlowOneFollowsIsReplaced() throws IOException {
        reload(threads);
        save("quick");
        lookUntilServed("quick");
        save("slow");
        while (!read.contains("slow")) {
            timers.fire();
        }
        slow.countDown();
        lookUntilServed("slow");
        assertThat(served).containsExactly("first", "quick", "slow");
    }

    @Test
    void savesThatFollowEachOtherWithoutEndAreServed() throws IOException {
        reload(Runnable::run);
        for (int i = 0; served.size() < 2; i++) {
            save("save " + i);
            timers.fire();
            clock.addAndGet(ConfigurationWatch.LONGEST_WAIT.toNanos() / 3);
            assertThat(i).isLessThan(6);
        }
    }

    @Test
    void aThreadThatCannotBeHadIsAskedForAgain() throws IOException {
        AtomicInteger refusals = new AtomicInteger();
        reload(task -> {
            if (refusals.incrementAndGet() <= 3) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        });
        save("second");
        lookUntilServed("second");
        assertThat(refusals).hasValueGreaterThan(3);
    }

    @Test
    void aLoadThatFailsIsTriedAgainLaterEachTime() throws IOException {
        reload(Runnable::run);
        failure = Optional.of(new OutOfMemoryError("on purpose"));
        save("second");
        timers.fire();
        timers.fire();
        assertThat(read).containsExactly("first", "second");
        timers.fire();
        assertThat(read).as("a second must pass").hasSize(2);
        clock.addAndGet(1_000_000_000);
        timers.fire();
        assertThat(read).hasSize(3);
        clock.addAndGet(1_000_000_000);
        timers.fire();
        assertThat(read).as("two seconds must pass").hasSize(3);
        failure = Optional.empty();
        clock.addAndGet(1_000_000_000);
        timers.fire();
        assertThat(served).containsExactly("first", "second");
    }

    @Test
    void whatIsReadWhenTheApplicationEndsIsNotServed() throws Exception {
        ConfigurationReload reload = reload(threads);
        save("slow");
        while (!read.contains("slow")) {
            timers.fire();
        }
        reload.close();
        slow.countDown();
        threads.shutdown();
        while (!threads.isTerminated()) {
            Thread.onSpinWait();
        }
        assertThat(served).containsExactly("first");
        assertThat(timers.pending()).isZero();
    }
}
