package dev.weir.process;

import dev.weir.WeirException;
import dev.weir.stream.Awaited;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.Tasks;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One process from its start to the end of all its descendants. Thread-safe.
 *
 * <p>A thread reads its output; the JDK reports its end. An {@link OrphanRecords orphan record} and a {@link Watchdog} end it
 * soon after this JVM; a command that streams or returns its outputs has a watchdog after 500 ms.
 */
public final class ServiceProcess {
    /** The longest wait for the last output of an ended process, since its children may still hold the pipe. */
    private static final long LAST_LINES_MILLIS = 500;
    /** The wait beyond the grace period, for the end of killed processes. */
    private static final Duration AFTER_KILL = Duration.ofSeconds(5);
    /** A command gets its watchdog only then: most end before, and the watchdog is a process, too. */
    private static final Duration WATCHED_AFTER = Duration.ofMillis(500);
    /** A status above this is 128 plus the number of the signal that ended the process. */
    private static final int SIGNALLED = 128;

    private final Process process;
    private final ProcessTree tree;
    private final OrphanRecords.TreeRecord record;
    private final Supervisor host;
    private final ServiceLog log;
    /** The readers of the two outputs; null if both are lines for the log. */
    private final CommandRun.@Nullable Outputs outputs;

    private final Tail tail = new Tail();
    private final CompletableFuture<Void> read = new CompletableFuture<>();
    private final Awaited<String> ended = new Awaited<>();
    private final CompletableFuture<Integer> treeEnded = new CompletableFuture<>();
    // Guarded by this:
    private Optional<Watchdog> watchdog = Optional.empty();
    private boolean hasSettled;

    private ServiceProcess(
            Process process,
            OrphanRecords.TreeRecord record,
            Supervisor host,
            ServiceLog log,
            CommandRun.@Nullable Outputs outputs) {
        this.process = process;
        this.tree = ProcessTree.of(process.toHandle(), record.tag());
        this.record = record;
        this.outputs = outputs;
        this.host = host;
        this.log = log;
    }

    /** Starts a process with its outputs in the log. */
    static ServiceProcess start(Command command, Supervisor host, ServiceLog log) {
        return start(command, host, log, null);
    }

    /**
     * Starts a process.
     *
     * @param outputs read the two outputs on threads of {@code host}; null for lines in the log
     * @throws WeirException with the code {@code NOT_READY} and the command's name, if the command cannot be started
     */
    static ServiceProcess start(
            Command command, Supervisor host, ServiceLog log, CommandRun.@Nullable Outputs outputs) {
        String tag = UUID.randomUUID().toString();
        // Written before the start: if this JVM ends from here on, the tag in the record finds the process.
        OrphanRecords.TreeRecord record = host.leftovers().begin(tag);
        record.tell(List.of());
        Process process;
        try {
            process = Launcher.start(command, tag, outputs == null);
        } catch (RuntimeException | Error e) {
            record.delete();
            if (!Files.isDirectory(command.directory())) {
                log.tell(Level.WARNING, "the working_dir " + command.directory() + " is not a folder");
            }
            throw e;
        }
        ServiceProcess life;
        try {
            life = new ServiceProcess(process, record, host, log, outputs);
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

    /** Waits until no process of a killed tree lives, at most for the grace period and {@link #AFTER_KILL}. */
    private void awaitOver() {
        try {
            treeEnded.get(host.grace().plus(AFTER_KILL).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.tell(System.Logger.Level.ERROR, "process " + pid() + " could not be ended in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The code after the end reports by other futures.
    private void follow() {
        process.onExit().thenAccept(gone -> host.run(() -> settle(gone.exitValue())));
        record.tell(List.of(process.toHandle()));
        if (outputs == null) {
            watch();
            host.begin(this::read, this::refuse);
            return;
        }
        closeInput();
        Cancellation.Registration watching = host.after(WATCHED_AFTER, this::watch, refusal -> watch());
        Continuations.closing(treeEnded, watching);
        CompletableFuture<Void> errors = new CompletableFuture<>();
        CompletableFuture<Void> lines = new CompletableFuture<>();
        CompletableFuture.allOf(errors, lines).thenRun(() -> read.complete(null));
        host.begin(() -> read(outputs::stderr, process.getErrorStream(), errors), this::refuse);
        host.begin(() -> read(outputs::stdout, process.getInputStream(), lines), this::refuse);
    }

    /** Starts the watchdog, unless the tree has ended. */
    private synchronized void watch() {
        if (!hasSettled) {
            watchdog = Watchdog.over(process.pid(), record.tag(), host.grace().toSeconds());
        }
    }

    private synchronized void dismissWatchdog() {
        hasSettled = true;
        watchdog.ifPresent(Watchdog::dismiss);
    }

    private void refuse(Throwable refusal) {
        read.complete(null);
        throw Tasks.refusal(refusal);
    }

    /** Ends the input, so that a program that reads it does not wait. */
    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The process has ended.
        }
    }

    /** Reads an output. */
    private interface Reading {
        void read(InputStream output) throws IOException;
    }

    private static void read(Reading reading, InputStream output, CompletableFuture<Void> end) {
        try {
            reading.read(output);
        } catch (IOException e) {
            // The pipe broke with the process; its end is reported by onExit.
        } finally {
            end.complete(null);
        }
    }

    private void read() {
        try {
            new OutputLines(line -> tail.add(log.output(line))).read(process.getInputStream());
        } catch (IOException e) {
            // The pipe broke with the process; its end is reported by onExit.
        } finally {
            read.complete(null);
        }
    }

    /** Reports the end and ends the descendants. Each future is completed, also after a failure. */
    private void settle(int status) {
        try {
            awaitLastLines();
            String signal = status > SIGNALLED ? " (signal " + (status - SIGNALLED) + ")" : "";
            ended.complete("ended with status " + status + signal + tail.message());
            if (tree.end(host.grace())) {
                dismissWatchdog();
                record.delete();
            } else {
                // The watchdog or the next server ends the remaining processes.
                log.tell(System.Logger.Level.ERROR, "processes " + pids() + " could not be killed");
            }
        } catch (RuntimeException | Error e) {
            log.tell(System.Logger.Level.ERROR, "process " + pid() + " could not be ended in good order: " + e);
        } finally {
            ended.complete("ended with status " + status);
            treeEnded.complete(status);
        }
    }

    private void awaitLastLines() {
        try {
            read.get(LAST_LINES_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // A child still holds the output: the lines so far are used.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Long> pids() {
        return tree.refresh().stream().map(ProcessHandle::pid).toList();
    }

    /** Records the current processes of the tree, so that orphans are found later. */
    void recordTree() {
        record.tell(tree);
    }

    /** Sends SIGTERM to the tree. Does not wait; {@link #end} must follow. */
    void terminate() {
        tree.terminate(host.grace());
    }

    /** Ends the tree. Blocks until no process of the tree lives, at most for the grace period and 2 s. */
    void end() {
        tree.end(host.grace());
    }

    /** Completes when the outputs are read to their end. */
    CompletableFuture<Void> outputsRead() {
        return read;
    }

    /** Completes with the exit status when no process of the tree lives. */
    CompletableFuture<Integer> treeEnded() {
        return treeEnded;
    }

    /**
     * Completes when the process itself has ended, with a description: {@code ended with status 1; its last lines: …}. Each
     * call returns a separate future.
     */
    public CompletableFuture<String> ended() {
        return ended.await();
    }

    /** Returns the last lines of the output so far, for a message. */
    String lastLines() {
        return tail.message();
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** True if the process has ended, as far as the system has reported it. */
    public boolean hasEnded() {
        return !process.isAlive();
    }

    /** Returns the watchdog's process, for tests. */
    synchronized Optional<ProcessHandle> watchdog() {
        return watchdog.map(Watchdog::handle);
    }
}
