package dev.weir.runtime;

import dev.weir.stream.Tasks;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
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
    private static final Duration END = Duration.ofSeconds(10);

    /** On Open Liberty no interrupt ends a read: its client does, or the server's own patience. */
    private static final Duration BODIES_END = Duration.ofSeconds(1);

    private static final Duration CATCHING_UP = Duration.ofMillis(1);
    private static final int MOST_REDIRECTS = 8;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory factory;

    private final Shutdown shutdown = new Shutdown();
    private final OpenResponses responses = new OpenResponses();
    private Settings settings;
    private ServerThreads server;
    private ThreadPoolExecutor bodies;
    private ThreadPoolExecutor runs;
    private ThreadPoolExecutor jobs;
    private ThreadPoolExecutor events;
    private ThreadPoolExecutor inference;
    private ThreadPoolExecutor http;
    private ThreadPoolExecutor redirects;
    private ThreadPoolExecutor processes;
    private ThreadPoolExecutor sharing;
    private SharedThreads shared;
    private ScheduledThreadPoolExecutor timers;

    /** For the container's proxies. */
    protected Pools() {}

    @Inject
    Pools(Settings settings) {
        this.settings = settings;
    }

    /** For a factory that is not injected. */
    Pools(Settings settings, ManagedThreadFactory factory) {
        this.settings = settings;
        this.factory = factory;
    }

    @PostConstruct
    void start() {
        server = new ServerThreads(factory);
        bodies = onDemand("body", settings.maxRuns());
        int idleSeconds = idleSecondsAfterResponse(factory.getClass().getName());
        runs = onDemand("run", settings.maxRuns(), idleSeconds);
        jobs = onDemand("job", settings.maxRuns());
        events = onDemand("events", settings.maxRuns(), idleSeconds);
        inference = onDemand("inference", Integer.MAX_VALUE);
        http = onDemand("http", Integer.MAX_VALUE);
        redirects = onDemand("redirect", 1 + MOST_REDIRECTS);
        processes = onDemand("process", Integer.MAX_VALUE);
        timers = new ScheduledThreadPoolExecutor(1, server.of("timer"));
        timers.setRemoveOnCancelPolicy(true);
        timers.prestartAllCoreThreads();
        sharing = onDemand("task", Integer.MAX_VALUE);
        int processors = Runtime.getRuntime().availableProcessors();
        shared = new SharedThreads(
                processors, settings.maxRuns() + processors, Duration.ofSeconds(IDLE_SECONDS), sharing, timers);
        shared.start();
        shutdown.register(Shutdown.Phase.STOP_THREADS, "threads", this::stop);
    }

    /** A thread a run, which drives it and answers its request. Refuses (never queues) above {@link Settings#maxRuns}. */
    public ExecutorService runs() {
        return runs;
    }

    /** Bodies of requests that are still on their way, at their clients' pace. Refuses above {@link Settings#maxRuns}. */
    public ExecutorService bodies() {
        return bodies;
    }

    /** Jobs of a run that stand side by side. Refuses above {@link Settings#maxRuns}. */
    public ExecutorService jobs() {
        return jobs;
    }

    /** Readers of tasks' events, and runs whose clients may come back. Refuses above {@link Settings#maxRuns}. */
    public ExecutorService events() {
        return events;
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
     * Writes of streams: very many, very short tasks, on a thread a processor and one more for each that a client keeps
     * waiting.
     */
    public Executor writers() {
        return shared;
    }

    /**
     * Short tasks of runs and streams, on the threads of the {@link #writers}: none waits for another event, and one that blocks on a
     * client that takes nothing, or computes for long, has another thread take its place.
     */
    public Tasks tasks() {
        return new Tasks(writers());
    }

    /**
     * For threads that read one upstream after the other: waits a moment if the {@link #writers} have fallen far behind, so
     * that the streams have their turns in a round and none waits in two queues.
     */
    public void letWritersCatchUp() {
        shared.pauseIfTooMany(CATCHING_UP);
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

    /** The responses that the end of the application waits for. */
    public OpenResponses responses() {
        return responses;
    }

    /**
     * Takes no more runs and readers of events, and waits until those at work have written what they still have to.
     *
     * @return false if some still write after {@code limit}
     */
    public boolean finish(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        List<ExecutorService> answering = List.of(runs, events);
        answering.forEach(ExecutorService::shutdown);
        boolean ended = true;
        for (ExecutorService pool : answering) {
            ended &= pool.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return ended && responses.awaitNone(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
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
        Thread hook = ServerThreads.own(action);
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

    /**
     * How long a thread that has ended a response waits for the next. On Payara it does not: Grizzly keeps what a response was
     * made of with the thread that ended it, up to sixteen times 25 kB, for requests, of which ours take none. Undertow keeps a
     * buffer of 16 kB with it, outside the heap, which the thread uses again; of a thread that has ended it stays until the
     * next collection of the old generation.
     */
    static int idleSecondsAfterResponse(String factory) {
        return factory.startsWith("org.glassfish.") ? 0 : IDLE_SECONDS;
    }

    private ThreadPoolExecutor onDemand(String purpose, int most) {
        return onDemand(purpose, most, IDLE_SECONDS);
    }

    private ThreadPoolExecutor onDemand(String purpose, int most, int idleSeconds) {
        return new ThreadPoolExecutor(
                0, most, idleSeconds, TimeUnit.SECONDS, new SynchronousQueue<>(), server.of(purpose));
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

    private void stop() {
        List<ExecutorService> answering = List.of(runs, jobs, events);
        bodies.shutdownNow();
        answering.forEach(ExecutorService::shutdownNow);
        awaitEnd(answering, END);
        awaitEnd(List.of(bodies), BODIES_END);
        // After those who own a response, who end what is written of it; before the timers, which make up for stuck
        // threads.
        shared.end();
        sharing.shutdown();
        awaitEnd(List.of(sharing), END);
        shared.refuseRest();
        sharing.shutdownNow();
        List<ExecutorService> others = List.of(timers, inference, http, redirects, processes);
        others.forEach(ExecutorService::shutdownNow);
        awaitEnd(others, END);
        server.end();
    }
}
