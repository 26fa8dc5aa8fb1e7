package dev.weir.api.response;

import dev.weir.WeirException;
import dev.weir.lifecycle.ApplicationPart;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.Shutdown;
import dev.weir.runtime.Shutdown.Phase;
import dev.weir.sse.OpenResponses;
import dev.weir.stream.Timers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;

/** The responses of this application that are being answered. */
@ApplicationScoped
public class OpenAnswers implements ApplicationPart {
    /** A part of the time is for what only has to be written. */
    private static final int PARTS = 3;

    /** For the errors of the streams that were ended; a client that reads nothing is not waited for any longer. */
    private static final Duration LAST_BYTES = Duration.ofSeconds(3);

    private OpenResponses responses;
    private AnswerBudget budget;

    /** For the container's proxies. */
    protected OpenAnswers() {}

    @Inject
    public OpenAnswers(Pools pools, Settings settings) {
        budget = new AnswerBudget(settings.requests().bodyMemoryBytes());
        responses = new OpenResponses(
                new OpenResponses.Limits(
                        settings.streams().heartbeat(),
                        settings.streams().firstChunkWait(),
                        settings.streams().writeTimeout()),
                new Timers(pools.timers()),
                pools.tasks(),
                new DisconnectWatch(SocketTable.system()));
    }

    @Override
    public void register(Shutdown shutdown) {
        shutdown.register(Phase.END_RESPONSES, "responses", LAST_BYTES, this::end);
    }

    /** The memory of the large ones. */
    public AnswerBudget budget() {
        return budget;
    }

    public OpenResponses responses() {
        return responses;
    }

    /**
     * Waits until all are written; those that wait for their clients are then ended, with the reason as the last word.
     *
     * @return false if some were still open after {@code limit}
     */
    boolean end(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        if (responses.awaitNone(limit.dividedBy(PARTS)) == 0) {
            return true;
        }
        responses.cutOff(WeirException.shuttingDown(null));
        return responses.awaitNone(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))) == 0;
    }
}
