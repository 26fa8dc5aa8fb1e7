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

/** All responses of this application that are not ended, and their end in the shutdown. Thread-safe. */
@ApplicationScoped
public class OpenAnswers implements ApplicationPart {
    /** The fraction of the time in which responses may end by themselves. */
    private static final int PARTS = 3;

    /**
     * The time for the failure events of the ended streams. The shutdown does not wait longer for a client that reads nothing.
     */
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

    /** The memory budget of large answers. */
    public AnswerBudget budget() {
        return budget;
    }

    /** The responses that are not ended. */
    public OpenResponses responses() {
        return responses;
    }

    /**
     * Blocks until all responses have ended. After a third of the time the remaining ones are ended with a failure.
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
