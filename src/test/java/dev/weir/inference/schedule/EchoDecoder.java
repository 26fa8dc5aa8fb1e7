package dev.weir.inference.schedule;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A decoder that predicts the last token again, and reads one token for each permit of the test. */
final class EchoDecoder implements Decoder {
    /** The prompt with this token fails. */
    static final int POISON = 7;
    /** After this token, no token has a probability. */
    static final int DEAD_END = 8;

    private final Semaphore permits = new Semaphore(0);
    private final List<Integer> read = new CopyOnWriteArrayList<>();
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private List<Integer> last = List.of();
    private volatile boolean stepping;
    private volatile boolean closed;
    private volatile boolean closedDuringAStep;
    private volatile boolean interrupted;
    private volatile boolean unfree;

    /** Permits the reading of this number of tokens. */
    void permit(int tokens) {
        permits.release(tokens);
    }

    /** From now on the release of every cache fails. */
    void failReleases() {
        unfree = true;
    }

    /** The tokens read so far. */
    List<Integer> read() {
        return read;
    }

    /** The number of rows of each step. */
    List<Integer> batches() {
        return batches;
    }

    /** The number of rows that were prefilled and not released. */
    int open() {
        return open.get();
    }

    boolean isClosed() {
        return closed;
    }

    boolean wasClosedDuringAStep() {
        return closedDuringAStep;
    }

    boolean wasInterrupted() {
        return interrupted;
    }

    @Override
    public int vocabularySize() {
        return 2048;
    }

    /** A kibibyte for each token. */
    @Override
    public long rowBytes(Prompt prompt, int newTokens) {
        return (prompt.begin().length + newTokens) * 1024L;
    }

    @Override
    public int prefillTokens() {
        return 4;
    }

    @Override
    public boolean prefill(Row row, float[] logits) {
        if (row.read == 0) {
            open.incrementAndGet();
        }
        int id = row.prompt.begin()[0];
        read(id);
        row.read = Math.min(row.prompt.begin().length, row.read + prefillTokens());
        if (id == POISON) {
            throw new WeirException(ErrorCode.INTERNAL, "the model failed: poison");
        }
        fill(id, logits);
        return row.read == row.prompt.begin().length;
    }

    @Override
    public void step(List<Row> rows, int[] tokens) {
        batches.add(rows.size());
        List<Integer> ids = new ArrayList<>();
        for (int token : tokens) {
            read(token);
            ids.add(token);
        }
        last = ids;
    }

    private void read(int id) {
        stepping = true;
        permits.acquireUninterruptibly();
        read.add(id);
        stepping = false;
    }

    @Override
    public void logits(int index, float[] into) {
        if (last.get(index) == DEAD_END) {
            throw new WeirException(ErrorCode.INTERNAL, "the model failed: dead end");
        }
        fill(last.get(index), into);
    }

    private static void fill(int id, float[] logits) {
        Arrays.fill(logits, 0);
        logits[id] = 1;
    }

    @Override
    public Row fork(Row row) {
        open.incrementAndGet();
        Row fork = new Row(row.prompt);
        fork.read = row.read;
        return fork;
    }

    @Override
    public void rearrange(List<Row> rows, int[] sources) {}

    @Override
    public void release(Row row) {
        if (unfree) {
            throw new IllegalStateException("by the test");
        }
        open.addAndGet(row.read > 0 ? -1 : 0);
        row.read = 0;
    }

    @Override
    public void endWhen(BooleanSupplier unwanted) {
        // A step of this decoder ends by itself.
    }

    @Override
    public void interrupt() {
        interrupted = true;
    }

    @Override
    public void close() {
        closedDuringAStep = stepping;
        closed = true;
    }
}
