package dev.weir.process;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** Runs commands that end by themselves. Closing it ends all with their descendants. Thread-safe. */
public final class CommandRunner implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CommandRunner.class.getName());
    /** The wait beyond the grace period, for the end of killed processes. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final Supervisor host;
    private final int most;
    private final Set<CommandRun> running = ConcurrentHashMap.newKeySet();
    /** The ends of all commands and scripts, with their owners. */
    private final Set<Work> work = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** The component for which commands run. Each has its own. */
    public static final class Owner {
        private final ServiceLog log;

        /**
         * Creates an owner.
         *
         * @param id the component's id, for the log
         * @param mask removes secrets from logged texts
         */
        public Owner(String id, UnaryOperator<String> mask) {
            this.log = new ServiceLog(id, mask);
        }
    }

    /** A command or the scripts of an owner, until their end. */
    private static final class Work {
        private final CompletableFuture<Void> over;
        private final Owner owner;

        Work(CompletableFuture<Void> over, Owner owner) {
            this.over = over;
            this.owner = owner;
        }
    }

    /**
     * Creates a runner with a grace period of 10 s.
     *
     * @param threads run the tasks that block; must not queue tasks
     * @param timers only hand over to {@code threads}
     * @param most the most commands at the same time ({@code weir.processes.max-commands})
     */
    public CommandRunner(Executor threads, ScheduledExecutorService timers, int most) {
        this(new Supervisor(threads, timers), most);
    }

    /**
     * Creates a runner with another grace period.
     *
     * @param records the folder of the records of running processes
     */
    public CommandRunner(Executor threads, ScheduledExecutorService timers, int most, Path records, Duration grace) {
        this(new Supervisor(threads, timers, records, grace, System::nanoTime), most);
    }

    private CommandRunner(Supervisor host, int most) {
        this.host = host;
        this.most = most;
    }

    /**
     * Begins a command. Does not block.
     *
     * @param timeout the longest time of the command
     * @throws WeirException {@link ErrorCode#OVERLOADED} if too many commands run
     */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for the removal.
    public CommandRun start(Owner owner, Command command, CommandRun.Outputs outputs, Duration timeout) {
        CommandRun run = new CommandRun(command, outputs, host);
        synchronized (running) {
            if (closed) {
                throw WeirException.shuttingDown(new IllegalStateException("the commands are being ended"));
            }
            if (running.size() >= most) {
                throw new WeirException(
                        ErrorCode.OVERLOADED,
                        "too many commands run (" + most + ", weir.processes.max-commands): retry later");
            }
            running.add(run);
        }
        run.over().thenRun(() -> running.remove(run));
        track(run.over(), owner);
        run.begin(timeout, owner.log);
        return run;
    }

    /**
     * Runs scripts one after another, with their output in the log. Ends leftovers of a server that was killed first.
     *
     * @return fails with {@link ErrorCode#NOT_READY} and the command's name if a script fails; to cancel it ends the script
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The process reports its own end.
    public CompletableFuture<Void> prepare(Owner owner, List<Command> commands) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        run(track(new CompletableFuture<>(), owner), () -> {
            try {
                host.leftovers().end();
                for (Command command : commands) {
                    if (end.isDone()) {
                        return;
                    }
                    ServiceProcess life = ServiceProcess.start(command, host, owner.log);
                    end.whenComplete((nothing, failure) -> host.run(life::end));
                    requireSuccess(command, life);
                }
                end.complete(null);
            } catch (RuntimeException | Error e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    /** Blocks until a script has ended. */
    private static void requireSuccess(Command command, ServiceProcess life) {
        int status = life.treeEnded().join();
        if (status != 0) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the command " + command + " " + life.ended().join());
        }
    }

    /**
     * Runs scripts one after another when all other work of the owner has ended. Each is ended after the grace period. A failure
     * is only logged.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The tracked end follows.
    public void clean(Owner owner, List<Command> commands) {
        CompletableFuture<?>[] before = work.stream()
                .filter(each -> each.owner == owner)
                .map(each -> each.over)
                .toArray(CompletableFuture[]::new);
        CompletableFuture<Void> over = track(new CompletableFuture<>(), owner);
        CompletableFuture.allOf(before).thenRun(() -> run(over, () -> new CleanUp(commands, host, owner.log).run()));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for the removal.
    private CompletableFuture<Void> track(CompletableFuture<Void> over, Owner owner) {
        Work begun = new Work(over, owner);
        work.add(begun);
        over.thenRun(() -> work.remove(begun));
        return over;
    }

    private void run(CompletableFuture<Void> over, Runnable script) {
        host.run(() -> {
            try {
                script.run();
            } finally {
                over.complete(null);
            }
        });
    }

    /** {@inheritDoc} Blocks until all commands have ended, at most for the grace period and {@link #SLACK}. */
    @Override
    public void close() {
        synchronized (running) {
            closed = true;
        }
        running.forEach(CommandRun::terminate);
        running.forEach(run -> run.stop(WeirException.shuttingDown(new IllegalStateException("the application ends"))));
        CompletableFuture<Void> all =
                CompletableFuture.allOf(work.stream().map(each -> each.over).toArray(CompletableFuture[]::new));
        try {
            all.get(host.grace().plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(Level.ERROR, "{0} commands could not be ended in time", work.size());
        }
    }
}
