package dev.weir.process;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a service running: prepares it once, starts it, checks its health, restarts it after its end with increasing waits,
 * and stops it with all its descendants. Thread-safe.
 */
public final class ManagedProcess {
    private static final String STOPPING = "the service is being stopped";

    private final Service service;
    private final HealthProbe probe;
    private final Supervisor host;
    private final ServiceLog log;
    private final PortLeases.Lease lease;
    private final ReadinessGate gate = new ReadinessGate();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    // Guarded by this:
    /**
     * True while the service is prepared, started or running, orphaned children included. The code that clears it completes a
     * pending stop.
     */
    private boolean active;

    private boolean stopping;
    private boolean prepared;
    private @Nullable ServiceProcess life;
    private Cancellation.@Nullable Registration restart;
    private @Nullable String failure;
    private final Attempts attempts = new Attempts();

    ManagedProcess(Service service, HealthProbe probe, Supervisor host, ServiceLog log) {
        this.service = service;
        this.probe = probe;
        this.host = host;
        this.log = log;
        this.lease = host.ports().ask(service.port());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The action reports its failures itself.
    void begin() {
        if (!lease.granted().isDone()) {
            log.tell(Level.INFO, "waits for port " + service.port() + ", which an earlier configuration still uses");
        }
        lease.granted().thenRun(() -> host.begin(this::prepare, refusal -> again(this::prepare)));
    }

    /** Returns the current state. */
    public ServiceState state() {
        return gate.state();
    }

    /**
     * Returns the process when the service is ready. Fails with a {@link WeirException} while the service has failed. Each
     * call returns a separate future.
     */
    public CompletableFuture<ServiceProcess> ready() {
        return gate.passed();
    }

    /** Completes when the service is stopped and all its processes have ended. */
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    /** Sends SIGTERM, which starts the grace period; {@link #stop} must follow. Does not wait. */
    void ask() {
        ServiceProcess living;
        synchronized (this) {
            living = life;
        }
        if (living != null) {
            living.terminate();
        }
    }

    /** Stops the service permanently: SIGTERM now, SIGKILL after the grace period. Does not block. */
    public void stop() {
        ServiceProcess ending;
        synchronized (this) {
            if (stopping) {
                return;
            }
            stopping = true;
            gate.fail(STOPPING);
            ending = life;
            if (restart != null) {
                restart.close();
            }
            if (active && ending == null) {
                return;
            }
        }
        if (ending == null) {
            settle();
        } else {
            host.run(ending::end);
        }
    }

    private void prepare() {
        if (!activate()) {
            return;
        }
        try {
            host.leftovers().end();
            runAll(service.preparation());
        } catch (RuntimeException | Error e) {
            fail(WeirException.of(e).detail());
            rest(null);
            return;
        }
        launch();
    }

    private void start() {
        if (activate()) {
            launch();
        }
    }

    private synchronized boolean activate() {
        active = !stopping;
        prepared |= active;
        return active;
    }

    /** Runs commands one after another, each to its end. */
    private void runAll(List<Command> commands) {
        for (Command command : commands) {
            ServiceProcess run = begin(command);
            int status;
            try {
                if (!adopt(run)) {
                    run.end();
                }
                status = run.treeEnded().join();
            } finally {
                release();
            }
            if (status != 0) {
                String how = run.ended().join();
                throw new WeirException(ErrorCode.NOT_READY, "the command " + command + " " + how);
            }
        }
    }

    private ServiceProcess begin(Command command) {
        synchronized (this) {
            if (stopping) {
                throw new WeirException(ErrorCode.NOT_READY, STOPPING);
            }
        }
        return ServiceProcess.start(command, host, log);
    }

    /** Sets the process that a stop ends; false if the service is stopped already. */
    private synchronized boolean adopt(ServiceProcess born) {
        life = born;
        return !stopping;
    }

    private synchronized void release() {
        life = null;
    }

    private void launch() {
        ServiceProcess born;
        try {
            runAll(service.start().subList(0, service.start().size() - 1));
            throwIfPortIsTaken();
            born = begin(service.main());
        } catch (RuntimeException | Error e) {
            fail(WeirException.of(e).detail());
            rest(unbegun());
            return;
        }
        log.tell(Level.INFO, "started " + service.main() + " as process " + born.pid());
        attend(born);
    }

    private synchronized Duration unbegun() {
        return attempts.ended(host.nanoTime());
    }

    /**
     * A process that listens on the port now is foreign, since all processes of this service have ended. Calls must not reach
     * it.
     */
    private void throwIfPortIsTaken() {
        if (new HealthProbe.Connection(service.port(), Duration.ofSeconds(1))
                .check()
                .isEmpty()) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "port " + service.port() + " is taken by a process that is not this component's: stop it, or give"
                            + " the component another port");
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The action reports its failures itself.
    private void attend(ServiceProcess born) {
        // Registered first, so that every later failure ends there.
        born.treeEnded().thenRun(() -> host.run(() -> over(born)));
        try {
            HealthWatch watch = new HealthWatch(probe, service.health(), host, new Judgement(born));
            boolean wanted = adopt(born);
            born.ended().thenRun(() -> dead(watch));
            if (wanted) {
                watch.begin();
                return;
            }
        } catch (RuntimeException | Error e) {
            log.tell(Level.ERROR, "process " + born.pid() + " cannot be watched, and is ended: " + e);
        }
        born.end();
    }

    /** Changes the state of the service by the results of the health checks of one process. */
    private final class Judgement implements HealthWatch.Listener {
        private final ServiceProcess judged;
        private final long startedNanos = host.nanoTime();

        private Judgement(ServiceProcess judged) {
            this.judged = judged;
        }

        @Override
        public void ready() {
            long now = host.nanoTime();
            synchronized (ManagedProcess.this) {
                if (stopping || life != judged) {
                    return;
                }
                attempts.ready(now);
                failure = null;
                gate.open(judged);
            }
            log.tell(
                    Level.INFO,
                    "is ready after " + Duration.ofNanos(now - startedNanos).toMillis() + " ms");
        }

        @Override
        public void unhealthy(String why) {
            int times = service.health().retries();
            log.tell(Level.WARNING, "is not ready any more: " + why + ", " + times + " times in a row");
            gate.shut();
        }

        @Override
        public void overdue(String why) {
            long seconds = service.health().startTimeout().toSeconds();
            fail("not ready for " + seconds + " s (start_timeout): " + why + judged.lastLines());
        }

        @Override
        public void checked() {
            judged.recordTree();
        }

        @Override
        public void unwatched(Throwable why) {
            fail("the process cannot be watched: the server is shutting down or has no thread");
        }
    }

    private void dead(HealthWatch watch) {
        watch.end();
        release();
        gate.shut();
    }

    private void over(ServiceProcess gone) {
        String how = "the process " + service.main() + " " + gone.ended().join();
        Duration wait;
        boolean hopeless;
        boolean asked;
        synchronized (this) {
            asked = stopping;
            wait = attempts.ended(host.nanoTime());
            hopeless = attempts.isFailing();
        }
        if (hopeless) {
            fail(how);
        } else if (asked) {
            log.tell(Level.INFO, "stopped");
        } else {
            log.tell(Level.ERROR, how);
        }
        rest(wait);
    }

    /** Fails the calls that wait, and logs {@code reason} once. */
    private void fail(String reason) {
        synchronized (this) {
            if (stopping) {
                return;
            }
            gate.fail(reason);
            if (reason.equals(failure)) {
                return;
            }
            failure = reason;
        }
        log.tell(Level.ERROR, reason);
    }

    /**
     * Ends the activity until the next start.
     *
     * @param wait the time before the next start; null for no further start
     */
    private void rest(@Nullable Duration wait) {
        synchronized (this) {
            active = false;
            if (!stopping) {
                if (wait != null) {
                    log.tell(Level.INFO, "is started again in " + wait.toSeconds() + " s");
                    startAfter(wait, this::start);
                }
                return;
            }
        }
        settle();
    }

    /** Tries {@code step} again later, since no thread could be had for it. */
    private synchronized void again(Runnable step) {
        if (!stopping) {
            startAfter(attempts.ended(host.nanoTime()), step);
        }
    }

    /** Called with the lock held. */
    private void startAfter(Duration wait, Runnable step) {
        restart = host.after(
                wait,
                step,
                refusal -> fail("the process cannot be started: the server is shutting down or has no thread"));
    }

    /** Completes the stop, on a thread that may block. */
    private void settle() {
        host.run(() -> {
            try {
                if (prepared) {
                    new CleanUp(service.clean(), host, log).run();
                }
            } finally {
                lease.release();
                stopped.complete(null);
            }
        });
    }

    /** Logs that the service could not be stopped in time. */
    void abandoned() {
        ServiceProcess living;
        synchronized (this) {
            living = life;
        }
        log.tell(Level.ERROR, "could not be stopped in time" + (living == null ? "" : ", process " + living.pid()));
    }
}
