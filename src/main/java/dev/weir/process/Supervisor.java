package dev.weir.process;

import dev.weir.stream.Cancellation;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps services running, all those of one application. Closing it ends them with everything they started, and blocks until
 * that is done, at most for the grace and {@link #SLACK}. Thread-safe.
 */
public final class Supervisor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Supervisor.class.getName());
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** Beyond the grace: for what was killed to go, and for the clean-up after it. */
    private static final Duration SLACK = Duration.ofSeconds(5);
    /** When there is no thread for what is due. */
    private static final Duration NO_THREAD = Duration.ofSeconds(1);

    private final Tasks tasks;
    private final Timers timers;
    private final Duration grace;
    private final LongSupplier nanoTime;
    private final Leftovers leftovers;
    private final PortLeases ports = new PortLeases();
    private final Set<ManagedProcess> processes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();

    /**
     * A supervisor that gives processes ten seconds to end.
     *
     * @param threads for what blocks: outputs, questions, ends; must not queue
     * @param timers for what is due later; only hand over to {@code threads}
     */
    public Supervisor(Executor threads, ScheduledExecutorService timers) {
        this(threads, timers, Leftovers.defaultFolder(), GRACE, System::nanoTime);
    }

    Supervisor(Executor threads, ScheduledExecutorService timers, Path records, Duration grace, LongSupplier nanoTime) {
        this.tasks = new Tasks(threads);
        this.timers = new Timers(timers);
        this.grace = grace;
        this.nanoTime = nanoTime;
        this.leftovers = new Leftovers(records, grace);
    }

    /**
     * Begins to keep {@code service} running, in the background, once no other service of this supervisor has its port.
     *
     * @param probe tells whether it is ready
     * @param mask leaves secrets out of what is logged
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The end of a process is all that is waited for.
    public ManagedProcess start(Service service, HealthProbe probe, UnaryOperator<String> mask) {
        ManagedProcess process = new ManagedProcess(service, probe, this, new ServiceLog(service.id(), mask));
        processes.add(process);
        process.stopped().thenRun(() -> processes.remove(process));
        process.begin();
        return process;
    }

    /**
     * {@inheritDoc}
     *
     * <p>All services are asked at once, and have the same time to end. The second time nothing is waited for.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        // Should no thread be left, they are ended one after another, and their time passes for all alike.
        processes.forEach(ManagedProcess::ask);
        processes.forEach(ManagedProcess::stop);
        CompletableFuture<Void> all = CompletableFuture.allOf(
                processes.stream().map(ManagedProcess::stopped).toArray(CompletableFuture[]::new));
        try {
            all.get(grace.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            processes.forEach(ManagedProcess::abandoned);
        }
    }

    Duration grace() {
        return grace;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    Leftovers leftovers() {
        return leftovers;
    }

    PortLeases ports() {
        return ports;
    }

    /**
     * Runs {@code task} on a thread of its own; on this one when there is none to be had. Only for what ends something: it must happen
     * though the application ends.
     */
    void run(Runnable task) {
        tasks.execute(task, refusal -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "a service could not be kept running", e);
            }
        });
    }

    /**
     * Runs {@code task} on a thread of its own.
     *
     * @param refused run instead, at once on this thread, if there is none; takes the reason
     */
    void begin(Runnable task, Consumer<Throwable> refused) {
        tasks.execute(task, refused);
    }

    /**
     * Runs {@code task} later, on a thread of its own; while there is none, it is tried again and again. Never once the application is
     * ending.
     *
     * @param refused run instead if there is no timer; takes the reason
     * @return takes the task back unless it has begun
     */
    Cancellation.Registration after(Duration wait, Runnable task, Consumer<Throwable> refused) {
        Later later = new Later(task, refused);
        later.waitFor(wait);
        return later::close;
    }

    /** A task that is due later. Thread-safe. */
    private final class Later {
        private final Runnable task;
        private final Consumer<Throwable> refused;
        private Cancellation.@Nullable Registration timer;
        private boolean closed;

        Later(Runnable task, Consumer<Throwable> refused) {
            this.task = task;
            this.refused = refused;
        }

        void waitFor(Duration wait) {
            Cancellation.Registration waiting =
                    timers.after(wait, () -> begin(task, refusal -> waitFor(NO_THREAD)), refused);
            boolean late;
            synchronized (this) {
                timer = waiting;
                late = closed;
            }
            if (late) {
                waiting.close();
            }
        }

        void close() {
            Cancellation.Registration waiting;
            synchronized (this) {
                closed = true;
                waiting = timer;
            }
            if (waiting != null) {
                waiting.close();
            }
        }
    }
}
