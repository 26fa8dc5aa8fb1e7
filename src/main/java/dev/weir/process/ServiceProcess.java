package dev.weir.process;

import dev.weir.WeirException;
import dev.weir.stream.Awaited;
import dev.weir.stream.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One process from its start to the end of everything that it started. Thread-safe.
 *
 * <p>A thread reads its output; its end is told by the JDK. While it lives, a record in a folder and a {@link Watchdog} see to
 * it that it does not outlive this JVM for long.
 */
public final class ServiceProcess {
    /** How long the last lines of a process that has ended may take to be read; its children may hold the pipe. */
    private static final long LAST_LINES_MILLIS = 500;
    /** Beyond the grace: for what was killed to go. */
    private static final Duration AFTER_KILL = Duration.ofSeconds(5);
    /** How 128 and more are read: ended by that signal. */
    private static final int SIGNALLED = 128;

    private final Process process;
    private final ProcessTree tree;
    private final OrphanRecords.TreeRecord record;
    private final Supervisor host;
    private final ServiceLog log;
    private final Tail tail = new Tail();
    private final CompletableFuture<Void> read = new CompletableFuture<>();
    private final Awaited<String> ended = new Awaited<>();
    private final CompletableFuture<Integer> over = new CompletableFuture<>();
    private final Optional<Watchdog> watchdog;

    private ServiceProcess(
            Process process, String tag, OrphanRecords.TreeRecord record, Supervisor host, ServiceLog log) {
        this.process = process;
        this.tree = new ProcessTree(List.of(process.toHandle()), tag);
        this.record = record;
        this.host = host;
        this.log = log;
        this.watchdog = Watchdog.over(process.pid(), tag, host.grace().toSeconds());
    }

    /**
     * Starts a process.
     *
     * @throws WeirException with the command's name, if it cannot be started
     */
    static ServiceProcess start(Command command, Supervisor host, ServiceLog log) {
        String tag = UUID.randomUUID().toString();
        // Before the start: what dies with this JVM from here on is found by its tag.
        OrphanRecords.TreeRecord record = host.leftovers().begin(tag);
        record.tell(new ProcessTree(List.of(), tag));
        Process process;
        try {
            process = Launcher.start(command, tag);
        } catch (RuntimeException | Error e) {
            record.delete();
            throw e;
        }
        ServiceProcess life;
        try {
            life = new ServiceProcess(process, tag, record, host, log);
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            record.delete();
            throw e;
        }
        try {
            life.follow();
            return life;
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            life.awaitOver();
            throw e;
        }
    }

    /** Waits until nothing of a tree that was killed lives, at most for the grace and a moment. */
    private void awaitOver() {
        try {
            over.get(host.grace().plus(AFTER_KILL).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.tell(System.Logger.Level.ERROR, "process " + pid() + " could not be ended in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // What follows the end tells of itself by other futures.
    private void follow() {
        process.onExit().thenAccept(gone -> host.run(() -> settle(gone.exitValue())));
        look();
        host.begin(this::read, refusal -> {
            read.complete(null);
            throw Tasks.refusal(refusal);
        });
    }

    private void read() {
        try {
            new OutputLines(line -> tail.add(log.output(line))).read(process.getInputStream());
        } catch (IOException e) {
            // The pipe broke with the process, whose end is told by other means.
        } finally {
            read.complete(null);
        }
    }

    /** Tells of the end and ends what is left; each future is completed whatever fails. */
    private void settle(int status) {
        try {
            awaitLastLines();
            String signal = status > SIGNALLED ? " (signal " + (status - SIGNALLED) + ")" : "";
            ended.complete("ended with status " + status + signal + tail.told());
            if (tree.end(host.grace())) {
                watchdog.ifPresent(Watchdog::dismiss);
                record.delete();
            } else {
                // Whatever lives on is ended by the watchdog, or by the next server.
                log.tell(System.Logger.Level.ERROR, "processes " + pids() + " could not be killed");
            }
        } catch (RuntimeException | Error e) {
            log.tell(System.Logger.Level.ERROR, "process " + pid() + " could not be ended in good order: " + e);
        } finally {
            ended.complete("ended with status " + status);
            over.complete(status);
        }
    }

    private void awaitLastLines() {
        try {
            read.get(LAST_LINES_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // What it left behind still holds its output: the lines so far are what there is.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Long> pids() {
        return tree.look().stream().map(ProcessHandle::pid).toList();
    }

    /** Sees which processes there are now, so that none that its parent leaves is lost. */
    void look() {
        record.tell(tree);
    }

    /** Asks it and everything it started to end. Does not wait for the end, which {@link #end} has to bring about. */
    void ask() {
        tree.ask(host.grace());
    }

    /** Ends it. Blocks until nothing of the tree lives, at most for the grace and a moment. */
    void end() {
        tree.end(host.grace());
    }

    /** Completes with the exit status when nothing of the tree lives any more. */
    CompletableFuture<Integer> over() {
        return over;
    }

    /**
     * Completes when the process itself has ended, with how: {@code ended with status 1; its last lines: …}. Cancelling it ends no other
     * wait.
     */
    public CompletableFuture<String> ended() {
        return ended.await();
    }

    /** The last lines of its output so far, as a message tells them. */
    String lastLines() {
        return tail.told();
    }

    /** The process's own id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it has ended, as far as the system has told. */
    public boolean hasEnded() {
        return !process.isAlive();
    }

    /** Its watchdog's process, for tests. */
    Optional<ProcessHandle> watchdog() {
        return watchdog.map(Watchdog::handle);
    }
}
