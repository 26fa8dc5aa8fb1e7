package dev.weir.process;

import dev.weir.stream.Cancellation;
import dev.weir.stream.SerialRegistration;
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

/** Keeps the services of one application running. Closing it ends them with all their descendants. Thread-safe. */
public final class Supervisor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Supervisor.class.getName());
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** The wait beyond the grace period, for the end of killed processes and the clean-up. */
    private static final Duration SLACK = Duration.ofSeconds(5);
    /** The wait before the next attempt when no thread can be had. */
    private static final Duration NO_THREAD = Duration.ofSeconds(1);

    private final Tasks tasks;
    private final Timers timers;
    private final Duration grace;
    private final LongSupplier nanoTime;
    private final OrphanRecords leftovers;
    private final PortLeases ports = new PortLeases();
    private final Set<ManagedProcess> processes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();

    /**
     * Creates a supervisor with a grace period of 10 s.
     *
     * @param threads run the tasks that block: outputs, health checks, ends; must not queue tasks
     * @param timers only hand over to {@code threads}
     */
    public Supervisor(Executor threads, ScheduledExecutorService timers) {
        this(threads, timers, OrphanRecords.defaultFolder(), GRACE, System::nanoTime);
    }

    Supervisor(Executor threads, ScheduledExecutorService timers, Path records, Duration grace, LongSupplier nanoTime) {
        this.tasks = new Tasks(threads);
        this.timers = new Timers(timers);
        this.grace = grace;
        this.nanoTime = nanoTime;
        this.leftovers = new OrphanRecords(records, grace);
    }

    /**
     * Begins to keep {@code service} running, in the background. It starts when no other service of this supervisor has its
     * port. Does not block.
     *
     * @param probe checks its health
     * @param mask removes secrets from logged texts
     */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for the removal.
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
     * <p>Ends all services at the same time. Blocks until they have ended, at most for the grace period and {@link #SLACK}. A
     * further call does not wait.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        // SIGTERM first, to all services: if no thread can be had, they end one after another and share the grace
        // period.
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

    OrphanRecords leftovers() {
        return leftovers;
    }

    PortLeases ports() {
        return ports;
    }

    /**
     * Runs {@code task} on another thread, or on this one if none can be had. Only for tasks that end something: they must
     * run also at the shutdown.
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
     * Runs {@code task} on another thread.
     *
     * @param refused runs in place of the task, at once on this thread and with the reason, if no thread can be had
     */
    void begin(Runnable task, Consumer<Throwable> refused) {
        tasks.execute(task, refused);
    }

    /**
     * Runs {@code task} later, on another thread. If no thread can be had, it is tried again every second, until the
     * application ends.
     *
     * @param refused runs in place of the task, with the reason, if no timer can be had
     * @return cancels the task unless it has begun
     */
    Cancellation.Registration after(Duration wait, Runnable task, Consumer<Throwable> refused) {
        SerialRegistration timer = new SerialRegistration();
        begin(timer, wait, task, refused);
        return timer;
    }

    private void begin(SerialRegistration timer, Duration wait, Runnable task, Consumer<Throwable> refused) {
        timer.set(timers.after(wait, () -> begin(task, refusal -> begin(timer, NO_THREAD, task, refused)), refused));
    }
}
