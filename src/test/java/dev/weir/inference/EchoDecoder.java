package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** A decoder that foretells every token to come again, and does one step for each permit that the test gives. */
final class EchoDecoder implements Decoder {
    /** Reading this token fails. */
    static final int POISON = 7;

    private final Semaphore permits = new Semaphore(0);
    private final List<Integer> read = new CopyOnWriteArrayList<>();
    private volatile boolean stepping;
    private volatile boolean closed;
    private volatile boolean closedDuringAStep;

    /** Lets so many steps pass. */
    void permit(int steps) {
        permits.release(steps);
    }

    /** The tokens of all steps so far. */
    List<Integer> read() {
        return read;
    }

    boolean isClosed() {
        return closed;
    }

    boolean wasClosedDuringAStep() {
        return closedDuringAStep;
    }

    @Override
    public int vocabularySize() {
        return 2048;
    }

    @Override
    public void prefill(KeyValueCache cache, int[] ids, int from, int to) {
        throw new AssertionError("prompts of one token need no prefill");
    }

    @Override
    public void step(KeyValueCache cache, int id, float[] logits) {
        stepping = true;
        permits.acquireUninterruptibly();
        read.add(id);
        Arrays.fill(logits, 0);
        logits[id] = 1;
        stepping = false;
        if (id == POISON) {
            throw new WeirException(ErrorCode.INTERNAL, "the model failed: poison");
        }
    }

    @Override
    public void close() {
        closedDuringAStep = stepping;
        closed = true;
    }
}
