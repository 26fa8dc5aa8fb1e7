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
 * A service that is kept running: prepared once, started, asked whether it is ready, started again when it has died, later
 * each time, and stopped with everything it started. Thread-safe.
 */
public final class ManagedProcess {
    private static final String STOPPING = "the service is being stopped";

    private final Service service;
    private final HealthProbe probe;
    private final Supervisor host;
    private final ServiceLog log;
    private final PortLeases.Lease lease;
    private final Gate gate = new Gate();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    // Guarded by this:
    /** A thread prepares or starts, or a process or what it left lives; whoever ends that sees whether to stop. */
    private boolean active;

    private boolean stopping;
    private boolean prepared;
    private @Nullable Life life;
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

    @SuppressWarnings("FutureReturnValueIgnored") // What is run tells of its failures by itself.
    void begin() {
        if (!lease.granted().isDone()) {
            log.tell(Level.INFO, "waits for port " + service.port() + ", which an earlier configuration still uses");
        }
        lease.granted().thenRun(() -> host.begin(this::prepare, refusal -> again(this::prepare)));
    }

    /** Whether it can serve. */
    public ServiceState state() {
        return gate.state();
    }

    /** The life that serves, when it can; fails with a {@link WeirException} when it cannot. A copy for each caller. */
    public CompletableFuture<Life> ready() {
        return gate.passed();
    }

    /** Completes when it has been stopped, and nothing of it lives. */
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    /** Asks what lives to end, so that the time until it is killed begins; {@link #stop} must follow. Does not wait. */
    void ask() {
        Life living;
        synchronized (this) {
            living = life;
        }
        if (living != null) {
            living.ask();
        }
    }

    /** Begins to stop it, for good: SIGTERM now, SIGKILL after the grace. Does not block. */
    public void stop() {
        Life ending;
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
            Life run = begin(command);
            int status;
            try {
                if (!adopt(run)) {
                    run.end();
                }
                status = run.over().join();
            } finally {
                release();
            }
            if (status != 0) {
                String how = run.ended().join();
                throw new WeirException(ErrorCode.NOT_READY, "the command " + command + " " + how);
            }
        }
    }

    private Life begin(Command command) {
        synchronized (this) {
            if (stopping) {
                throw new WeirException(ErrorCode.NOT_READY, STOPPING);
            }
        }
        return Life.start(command, host, log);
    }

    /** What is to be ended when this is stopped; false if it is stopped already. */
    private synchronized boolean adopt(Life born) {
        life = born;
        return !stopping;
    }

    private synchronized void release() {
        life = null;
    }

    private void launch() {
        Life born;
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

    /** What listens there already is none of ours, for ours have been ended; calls must not go to it. */
    private void throwIfPortIsTaken() {
        if (new HealthProbe.Connection(service.port(), Duration.ofSeconds(1))
                .ask()
                .isEmpty()) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "port " + service.port() + " is taken by a process that is not this component's: stop it, or give"
                            + " the component another port");
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // What is run tells of its failures by itself.
    private void attend(Life born) {
        // First: whatever goes wrong from here on ends in this.
        born.over().thenRun(() -> host.run(() -> over(born)));
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

    /** What the answers of a life's probe mean. */
    private final class Judgement implements HealthWatch.Listener {
        private final Life judged;
        private final long startedNanos = host.nanoTime();

        private Judgement(Life judged) {
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
        public void ill(String why) {
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
        public void asked() {
            judged.look();
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

    private void over(Life gone) {
        String how = "the process " + service.main() + " " + gone.ended().join();
        Duration wait;
        boolean hopeless;
        boolean asked;
        synchronized (this) {
            asked = stopping;
            wait = attempts.ended(host.nanoTime());
            hopeless = attempts.hopeless();
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

    /** Callers are told {@code reason}, and so is the log, once. */
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

    /** Nothing is at work until the next start, after so long; null for no next start. */
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

    /** There was no thread for {@code step}, with which nothing has begun. It is tried again later. */
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

    /** The last thing that happens, on a thread that may block. */
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

    /** Its end has been waited for in vain. */
    void abandoned() {
        Life living;
        synchronized (this) {
            living = life;
        }
        log.tell(Level.ERROR, "could not be stopped in time" + (living == null ? "" : ", process " + living.pid()));
    }
}
