package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.process.Life;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stream that comes from a process of this server: when it breaks off because the process has ended, its failure says so,
 * with the process's last words instead of the connection's.
 */
record ProcessSource(ChunkSource rest, Life life) implements ChunkSource {
    /** How the end of a process may look to those who are connected to it. */
    private static final Set<ErrorCode> SYMPTOMS = Set.of(
            ErrorCode.UPSTREAM_BROKE_OFF,
            ErrorCode.UPSTREAM_TRUNCATED,
            ErrorCode.UPSTREAM_REFUSED,
            ErrorCode.UPSTREAM_FAILED);

    /** A connection breaks a moment before the system tells of the end of the process, and its last lines are read. */
    private static final Duration NEWS = Duration.ofSeconds(1);

    /** {@code failure}, told as the end of {@code life} if that is why; waits a moment for the news of it. */
    static WeirException told(WeirException failure, Life life) throws InterruptedException {
        Optional<String> how = SYMPTOMS.contains(failure.code()) ? life.awaitEnd(NEWS) : Optional.empty();
        return how.isEmpty()
                ? failure
                : new WeirException(
                        ErrorCode.UPSTREAM_PROCESS_ENDED,
                        "the component's process " + life.pid() + ", which is started again, " + how.get(),
                        failure);
    }

    private Received told(Received received) throws InterruptedException {
        return received instanceof Received.Failed failed ? new Received.Failed(told(failed.cause(), life)) : received;
    }

    @Override
    public Received take() throws InterruptedException {
        return told(rest.take());
    }

    /** A failure is not there before its reason: {@link #take} waits for it. */
    @Override
    public @Nullable Received poll() {
        Received received = rest.poll();
        return received instanceof Received.Failed ? null : received;
    }

    /** Waits a moment for the reason of a failure, since nothing more comes that would bring it up again. */
    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        Received received = rest.poll(whenReadable);
        if (received instanceof Received.Failed) {
            try {
                return told(received);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return received;
    }

    @Override
    public @Nullable Received poll(Duration timeout) throws InterruptedException {
        Received received = rest.poll(timeout);
        return received == null ? null : told(received);
    }

    @Override
    public void close() {
        rest.close();
    }
}
