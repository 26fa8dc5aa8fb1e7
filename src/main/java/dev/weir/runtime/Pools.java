package dev.weir.runtime;

import dev.weir.server.ManagedThreads;
import dev.weir.stream.Tasks;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread pools of this application, one for each purpose, so that no purpose starves another. The container's managed thread
 * factory makes all threads. The servers' own executors are not used: their sizes range from four to two hundred threads.
 *
 * <p>The pools grow with demand and shrink when idle. They end with the application: a thread that still runs is interrupted.
 */
@ApplicationScoped
public class Pools {
    private static final System.Logger LOG = System.getLogger(Pools.class.getName());
    private static final int IDLE_SECONDS = 30;
    private static final Duration USUAL_END = Duration.ofSeconds(10);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(1);
    private static final int MOST_REDIRECTS = 8;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory factory;

    private final Shutdown shutdown = new Shutdown();
    private Duration end = USUAL_END;
    private Settings settings;
    private ManagedThreads server;
    private ThreadPoolExecutor inference;
    private ThreadPoolExecutor http;
    private ThreadPoolExecutor redirects;
    private ThreadPoolExecutor processes;
    private ThreadPoolExecutor tasking;
    private SharedThreads tasks;
    private ThreadPoolExecutor writing;
    private SharedThreads writers;
    private ScheduledThreadPoolExecutor timers;

    /** For the container's proxies. */
    protected Pools() {}

    @Inject
    Pools(Settings settings) {
        this.settings = settings;
    }

    /**
     * For a factory that is not injected.
     *
     * @param end the longest time in which the threads of one purpose end
     */
    Pools(Settings settings, ManagedThreadFactory factory, Duration end) {
        this.settings = settings;
        this.factory = factory;
        this.end = end;
    }

    @PostConstruct
    void start() {
        server = new ManagedThreads(factory);
        inference = onDemand("inference", Integer.MAX_VALUE);
        http = onDemand("http", Integer.MAX_VALUE);
        redirects = onDemand("redirect", 1 + MOST_REDIRECTS);
        processes = onDemand("process", Integer.MAX_VALUE);
        timers = new ScheduledThreadPoolExecutor(1, server.of("timer"));
        timers.setRemoveOnCancelPolicy(true);
        timers.prestartAllCoreThreads();
        tasking = onDemand("task", Integer.MAX_VALUE);
        tasks = shared(tasking);
        writing = onDemand("writer", Integer.MAX_VALUE);
        writers = shared(writing);
        shutdown.register(Shutdown.Phase.STOP_THREADS, "threads", this::stop);
    }

    private SharedThreads shared(ThreadPoolExecutor threads) {
        int processors = Runtime.getRuntime().availableProcessors();
        SharedThreads shared = new SharedThreads(
                processors, settings.runs().max() + processors, Duration.ofSeconds(IDLE_SECONDS), threads, timers);
        shared.start();
        return shared;
    }

    /** The pool for schedulers and loaders of models: few, long tasks. */
    public ExecutorService inference() {
        return inference;
    }

    /**
     * The pool for the HTTP clients. Each client keeps a few reading threads for its lifetime, and takes one thread for each host
     * name that it looks up.
     */
    public ExecutorService http() {
        return http;
    }

    /**
     * The pool for short tasks of runs. A task must not block; a task that computes for long is made up for by another thread.
     * The writers are a separate pool, so that clients that read nothing do not stop runs.
     */
    public Tasks tasks() {
        return new Tasks(tasks);
    }

    /**
     * The pool for writes of responses: many short tasks, on one thread for each processor and one more for each blocked write.
     */
    public Tasks writers() {
        return new Tasks(writers);
    }

    /**
     * Blocks for at most a millisecond if the {@link #writers} are far behind. Called by threads that read one upstream after
     * another: so the streams take turns, and no stream waits in two queues.
     */
    public void awaitWriters() {
        writers.pauseIfTooMany(LONGEST_PAUSE);
    }

    /** The pool for the port that redirects to the page: its listener and a few connections. It refuses further tasks. */
    public ExecutorService redirects() {
        return redirects;
    }

    /**
     * The pool for services that run as processes. Each has a thread that reads its output, and at times one that checks or stops
     * it.
     */
    public ExecutorService processes() {
        return processes;
    }

    /** The timer for short actions, which must not block. */
    public ScheduledExecutorService timers() {
        return timers;
    }

    /** The shutdown of the application. */
    public Shutdown shutdown() {
        return shutdown;
    }

    private static void awaitEnd(List<ExecutorService> pools, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            for (ExecutorService pool : pools) {
                if (!pool.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.log(System.Logger.Level.WARNING, "threads still ran after {0} s: {1}", limit.toSeconds(), pool);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs {@code action} on a separate thread when the JVM shuts down. The server shuts down at the same time, and may cut
     * connections before it ends its applications.
     *
     * <p>The managed thread factory does not make the thread: some servers never release a thread that was made but not started.
     *
     * @return removes the action; to be run when the application ends
     */
    public Runnable whenTheJvmEnds(Runnable action) {
        Thread hook = ManagedThreads.own(action);
        hook.setName("weir-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                LOG.log(System.Logger.Level.DEBUG, "the JVM is ending already");
            }
        };
    }

    private ThreadPoolExecutor onDemand(String purpose, int most) {
        return new ThreadPoolExecutor(
                0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), server.of(purpose));
    }

    /**
     * Stops the use of the managed thread factory. During the end of an application some servers give threads that run nothing.
     */
    public void applicationEnds() {
        server.end();
    }

    /** Runs the shutdown if no earlier signal has run it. */
    @PreDestroy
    void end() {
        shutdown.run();
    }

    /** Ends the timer after the shared threads: it replaces their stuck threads. */
    private void stop() {
        stop(tasks, tasking);
        stop(writers, writing);
        List<ExecutorService> others = List.of(timers, inference, http, redirects, processes);
        others.forEach(ExecutorService::shutdownNow);
        awaitEnd(others, end);
        server.end();
    }

    private void stop(SharedThreads shared, ThreadPoolExecutor threads) {
        shared.end();
        threads.shutdown();
        awaitEnd(List.of(threads), end);
        shared.refuseRest();
        threads.shutdownNow();
    }
}
