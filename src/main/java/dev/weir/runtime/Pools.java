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
 * The threads of this application, all made by the container's managed thread factory: one pool a purpose, so that none
 * starves another. The servers' own executors differ too much to build on (from four threads to two hundred); a pool over
 * the factory has the size it says on each of them.
 *
 * <p>The pools grow with demand and shrink when idle. They end with the application: what still runs is interrupted.
 */
@ApplicationScoped
public class Pools {
    private static final System.Logger LOG = System.getLogger(Pools.class.getName());
    private static final int IDLE_SECONDS = 30;
    private static final Duration USUAL_END = Duration.ofSeconds(10);

    private static final Duration CATCHING_UP = Duration.ofMillis(1);
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
     * @param end how long the threads of one purpose may take to end
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

    /** Schedulers and loaders of models: few, long tasks. */
    public ExecutorService inference() {
        return inference;
    }

    /**
     * Work of the HTTP clients: each client keeps a few threads to read on for as long as it lives, and takes one for each host name
     * that it looks up.
     */
    public ExecutorService http() {
        return http;
    }

    /**
     * Short tasks of runs: none waits for anything, and one that computes for long has another thread take its place. They are not
     * the threads that write: clients that take nothing must not keep runs from going on.
     */
    public Tasks tasks() {
        return new Tasks(tasks);
    }

    /**
     * Writes of responses: very many, very short tasks, on a thread a processor and one more for each that a client keeps waiting.
     */
    public Tasks writers() {
        return new Tasks(writers);
    }

    /**
     * For threads that read one upstream after the other: waits a moment if the {@link #writers} have fallen far behind, so
     * that the streams have their turns in a round and none waits in two queues.
     */
    public void letWritersCatchUp() {
        writers.pauseIfTooMany(CATCHING_UP);
    }

    /** The port that redirects to the page: its listener, and some clients at once. Refuses above them. */
    public ExecutorService redirects() {
        return redirects;
    }

    /** Services that run as processes: each has a thread that reads its output, and now and then one that asks or ends it. */
    public ExecutorService processes() {
        return processes;
    }

    /** Short timed actions, which never block. */
    public ScheduledExecutorService timers() {
        return timers;
    }

    /** The end of the application. */
    public Shutdown shutdown() {
        return shutdown;
    }

    private static void awaitEnd(List<ExecutorService> pools, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (ExecutorService pool : pools) {
                if (!pool.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "threads still ran after {0} s: {1}",
                            patience.toSeconds(),
                            pool);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Has {@code action} run as soon as the JVM is told to end, on a thread of its own beside the server's, which may cut
     * connections before it ends its applications. To be taken back by running what this returns, when the application ends.
     *
     * <p>The thread is none of the factory's, which on some servers remembers for ever what it made and was never started.
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

    /** From now on no thread is asked of the server, which may have them do nothing. */
    public void applicationEnds() {
        server.end();
    }

    /** Where no other signal came before, this is the first. */
    @PreDestroy
    void end() {
        shutdown.run();
    }

    /** Timers last, since they make up for threads that are stuck. */
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
