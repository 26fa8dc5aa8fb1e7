package dev.weir.telemetry;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** Records a call in the instruments when it ends. */
final class CallTimer implements CallMeter {
    private static final double NANOS = 1e9;

    private final Instruments instruments;
    private final LongSupplier nanos;
    private final long began;
    private final AtomicReference<Operation> operation = new AtomicReference<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    /** Written by one consumer at a time; the end is signalled after its last write, or is a cancellation. */
    private volatile long chunks;

    private volatile long first;

    /**
     * Begins now.
     *
     * @param nanos a clock that never goes back
     */
    CallTimer(Instruments instruments, LongSupplier nanos) {
        this.instruments = instruments;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
    }

    @Override
    public void describe(Operation described) {
        operation.compareAndSet(null, described);
    }

    @Override
    public boolean isDescribed() {
        return operation.get() != null;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // One consumer at a time reads a stream.
    public void chunk() {
        if (chunks == 0) {
            first = nanos.getAsLong();
        }
        chunks++;
    }

    @Override
    public void end(String error, OptionalInt promptTokens, OptionalInt completionTokens) {
        Operation done = operation.get();
        if (done != null && !ended.getAndSet(true)) {
            long now = nanos.getAsLong();
            if (done.isLocal()) {
                server(done, error, now, completionTokens);
            } else {
                client(done, error, now);
            }
            promptTokens.ifPresent(count -> tokens(done, "input", count));
            completionTokens.ifPresent(count -> tokens(done, "output", count));
        }
    }

    private void client(Operation done, String error, long now) {
        String[] attributes = {done.name(), done.provider(), done.model(), done.address(), done.portText(), error};
        instruments.record(Instrument.CLIENT_DURATION, (now - began) / NANOS, attributes);
        if (chunks > 0) {
            instruments.record(Instrument.CLIENT_FIRST_CHUNK, (first - began) / NANOS, attributes);
        }
        if (chunks > 1) {
            instruments.record(Instrument.CLIENT_CHUNK, (now - first) / NANOS / (chunks - 1), attributes);
        }
    }

    private void server(Operation done, String error, long now, OptionalInt completionTokens) {
        String[] attributes = {done.name(), done.model(), error};
        instruments.record(Instrument.SERVER_DURATION, (now - began) / NANOS, attributes);
        if (chunks > 0) {
            instruments.record(Instrument.SERVER_FIRST_TOKEN, (first - began) / NANOS, attributes);
            if (completionTokens.orElse(0) > 1) {
                double apart = (now - first) / NANOS / (completionTokens.getAsInt() - 1);
                instruments.record(Instrument.SERVER_TOKEN, apart, attributes);
            }
        }
    }

    private void tokens(Operation done, String type, int count) {
        instruments.record(
                Instrument.CLIENT_TOKENS,
                count,
                done.name(),
                done.provider(),
                done.model(),
                done.address(),
                done.portText(),
                type);
    }
}
