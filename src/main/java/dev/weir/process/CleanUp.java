package dev.weir.process;

import dev.weir.WeirException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the clean-up commands after the end of a service. Each is ended after the grace period. A failure is only logged. */
record CleanUp(List<Command> commands, Supervisor host, ServiceLog log) {

    /** Runs the commands one after another. Blocks until the last has ended. */
    void run() {
        for (Command command : commands) {
            try {
                run(command, ServiceProcess.start(command, host, log));
            } catch (RuntimeException | Error e) {
                log.tell(Level.WARNING, WeirException.of(e).detail());
            }
        }
    }

    private void run(Command command, ServiceProcess life) {
        try {
            int status = life.treeEnded().get(host.grace().toMillis(), TimeUnit.MILLISECONDS);
            if (status != 0) {
                log.tell(
                        Level.WARNING,
                        "the command " + command + " " + life.ended().join());
            }
        } catch (TimeoutException | ExecutionException e) {
            log.tell(Level.WARNING, "the command " + command + " takes too long, and is ended");
            life.end();
        } catch (InterruptedException e) {
            life.end();
            Thread.currentThread().interrupt();
        }
    }
}
