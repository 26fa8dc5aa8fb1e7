package dev.weir.api;

import dev.weir.WeirException;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * How the application ends: what runs has its time to finish, and what does not finish is told so. Several notice that the
 * application ends, in an order that is each server's own; the first of them has it end. Thread-safe.
 */
@ApplicationScoped
public class Ending {
    /** For the errors of the streams that were ended; a client that reads nothing is not waited for any longer. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    private static final System.Logger LOG = System.getLogger(Ending.class.getName());
    /** The ends of runs are on their way; what is not written by then waits for its client. */
    private static final Duration WRITTEN = Duration.ofSeconds(1);

    private OpenAnswers open;
    private Workflows workflows;
    private Settings settings;
    private Pools pools;
    private IncomingBodies bodies;
    private boolean ended;

    /** For the container's proxies. */
    protected Ending() {}

    @Inject
    Ending(Workflows workflows, Settings settings, Pools pools, OpenAnswers open, IncomingBodies bodies) {
        this.open = open;
        this.workflows = workflows;
        this.settings = settings;
        this.pools = pools;
        this.bodies = bodies;
    }

    /** While there are threads to write with, which end with the beans. The second time, there is nothing left to wait for. */
    void drain() {
        pools.applicationEnds();
        bodies.endAll();
        try {
            workflows.drain(settings.drain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is still written is ended, with the reason as the last word. */
    private void finish() {
        try {
            if (open.responses().awaitNone(WRITTEN) > 0) {
                open.responses().cutOff(WeirException.shuttingDown(null));
                int left = open.responses().awaitNone(LAST_WORDS);
                if (left > 0) {
                    LOG.log(Level.WARNING, "{0} responses were not ended in time", left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Drains, lets the last errors be written, and closes everything. */
    synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        drain();
        finish();
        workflows.close();
    }
}
