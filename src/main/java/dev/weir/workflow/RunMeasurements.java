package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.RateLimitedException;
import dev.weir.WeirException;
import dev.weir.stream.DeliveryStats;
import dev.weir.telemetry.Instrument;
import dev.weir.telemetry.Instruments;
import java.time.Duration;
import java.time.Instant;

/** Records runs in the instruments. Stateless. */
final class RunMeasurements {
    /** The limit of runs that waited too long for a place. */
    static final String QUEUE = "queue";

    /** The limits of runs at work and of waiting runs. */
    private static final String RUNS = "runs";

    private RunMeasurements() {}

    /** Records a request that got no run, if a limit is the cause. */
    static void refused(Instruments instruments, Throwable cause) {
        if (cause instanceof RateLimitedException limited) {
            instruments.add(Instrument.REFUSED, 1, limited.scope());
        } else if (cause instanceof WeirException refusal && refusal.code() == ErrorCode.TOO_MANY_RUNS) {
            instruments.add(Instrument.REFUSED, 1, RUNS);
        }
    }

    /** Records the end of a run. */
    static void ended(Instruments instruments, Run run, Instant now) {
        Duration duration = Duration.between(run.createdAt(), now);
        instruments.record(
                Instrument.WORKFLOW_DURATION,
                Math.max(0, duration.toMillis()) / 1e3,
                run.workflow().id(),
                error(run.state()));
    }

    /** Records what the client of a run has received. */
    static void answered(Instruments instruments, Run run, DeliveryStats delivery) {
        instruments.add(
                Instrument.STREAM_CHUNKS,
                (double) delivery.chunks(),
                run.workflow().id());
        instruments.add(
                Instrument.STREAM_BYTES,
                (double) delivery.bytes(),
                run.workflow().id());
    }

    private static String error(RunState end) {
        if (end instanceof RunState.Failed failed) {
            return failed.cause().code().slug();
        }
        return end instanceof RunState.Cancelled ? ErrorCode.CANCELLED.slug() : "";
    }
}
