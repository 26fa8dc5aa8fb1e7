package dev.weir.component.shell;

import dev.weir.WeirException;
import dev.weir.process.Command;
import dev.weir.process.CommandRun;
import dev.weir.process.CommandRunner;
import dev.weir.stream.Continuations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The commands of one call that does not stream. At most {@code batch_size} run at the same time. Thread-safe. */
final class ShellBatch {
    private final CommandRunner.Owner owner;
    private final ShellCall call;
    private final CommandRunner runner;
    private final CollectedOutput.Budget budget;
    private final CompletableFuture<List<Map<String, Object>>> end = new CompletableFuture<>();
    // Guarded by this:
    private final List<@Nullable Map<String, Object>> results = new ArrayList<>();
    private final Set<CommandRun> running = new HashSet<>();
    private int done;

    ShellBatch(CommandRunner.Owner owner, ShellCall call, CommandRunner runner, int mostBytes) {
        this.owner = owner;
        this.call = call;
        this.runner = runner;
        this.budget = new CollectedOutput.Budget(mostBytes);
    }

    /** Begins the commands. Returns their results in order; the first failure ends all commands. */
    CompletableFuture<List<Map<String, Object>>> begin() {
        fill();
        return end;
    }

    private void fill() {
        try {
            while (beginNext()) {
                // The next command begins as soon as there is a place.
            }
        } catch (RuntimeException | Error e) {
            stop(WeirException.of(e));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The continuations report by the end of the batch.
    private boolean beginNext() {
        CommandRun run;
        CollectedOutput output = new CollectedOutput(budget);
        int number;
        synchronized (this) {
            number = results.size();
            if (number == call.commands().size() || running.size() == call.batchSize() || end.isDone()) {
                return false;
            }
            Command command = call.commands().get(number);
            run = runner.start(owner, command, output, call.timeout());
            results.add(null);
            running.add(run);
        }
        output.excess().thenAccept(run::stop);
        run.status().whenComplete((status, failure) -> {
            if (failure == null) {
                take(number, run, output.result(status));
            } else {
                stop(WeirException.of(Continuations.cause(failure)));
            }
        });
        return true;
    }

    private void take(int number, CommandRun run, Map<String, Object> result) {
        List<Map<String, Object>> all = new ArrayList<>();
        synchronized (this) {
            results.set(number, result);
            running.remove(run);
            done++;
            if (done == call.commands().size()) {
                for (Map<String, Object> each : results) {
                    if (each != null) {
                        all.add(each);
                    }
                }
            }
        }
        if (all.isEmpty()) {
            fill();
        } else {
            end.complete(all);
        }
    }

    /** Ends all commands with a failure. */
    void stop(WeirException why) {
        List<CommandRun> stopping;
        end.completeExceptionally(why);
        synchronized (this) {
            stopping = List.copyOf(running);
        }
        stopping.forEach(run -> run.stop(why));
    }
}
