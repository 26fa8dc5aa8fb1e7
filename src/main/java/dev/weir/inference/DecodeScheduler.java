package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.tokenizer.Tokenizer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * Decodes many sequences on one thread: round after round, each running sequence gets one token. Thread-safe.
 *
 * <p>The loop is a task on the executor that is handed in; it begins when there is work and ends when there is none, so an
 * idle model holds no thread. A sequence is waiting, running or paused. One whose reader is behind pauses: it gives its
 * place away, keeps its cache, and runs again, before those that wait, when its reader has made room. One whose reader has
 * gone leaves before its next token. A step that fails ends its own sequence only.
 */
final class DecodeScheduler implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DecodeScheduler.class.getName());
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final Set<Integer> endTokens;
    private final int contextLength;
    private final int streamCapacity;
    private final Executor executor;
    private final Roster roster;
    /** The loop's. */
    private final float[] logits;

    /**
     * @param decoder used and closed by this scheduler only
     * @param tokenizer must stay open until this scheduler is closed
     * @param endTokens tokens that end a sequence, and are not shown
     * @param contextLength the most tokens of a prompt and its output together
     * @param executor runs the loop; one thread of it is taken while there is work
     */
    DecodeScheduler(
            Decoder decoder,
            Tokenizer tokenizer,
            Set<Integer> endTokens,
            int contextLength,
            InferenceSettings settings,
            Executor executor) {
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.endTokens = Set.copyOf(endTokens);
        this.contextLength = contextLength;
        this.streamCapacity = settings.streamCapacity();
        this.executor = executor;
        this.roster = new Roster(settings.maxRunning(), settings.maxWaiting());
        this.logits = new float[decoder.vocabularySize()];
    }

    /**
     * Begins a generation.
     *
     * @param prompt at least one token, and fewer than the context holds
     * @return its text; closing it ends the generation within one token
     * @throws WeirException {@link ErrorCode#TOO_MANY_RUNS} if as many sequences are open as may be, {@link
     *     ErrorCode#NOT_READY} if this is closed
     */
    ChunkSource generate(int[] prompt, GenerationSettings settings) {
        ChunkQueue queue = new ChunkQueue(streamCapacity);
        int maxNewTokens = Math.min(settings.maxNewTokens(), contextLength - prompt.length);
        Sequence sequence = new Sequence(prompt, maxNewTokens, settings, endTokens, tokenizer, queue);
        roster.admit(sequence);
        queue.onCancel(() -> dropUnlessRunning(sequence));
        loopIfNeeded();
        return queue;
    }

    private void loopIfNeeded() {
        if (!roster.claimLoop()) {
            return;
        }
        try {
            executor.execute(this::loop);
        } catch (RejectedExecutionException e) {
            failAll(new WeirException(ErrorCode.NOT_READY, "the server has no thread for the model", e));
            freeIfClosed();
        }
    }

    private void loop() {
        try {
            for (List<Sequence> round = roster.nextRound(); !round.isEmpty(); round = roster.nextRound()) {
                round.forEach(this::turn);
            }
        } catch (Error e) {
            failAll(WeirException.of(e));
            throw e;
        } finally {
            freeIfClosed();
        }
    }

    private void turn(Sequence sequence) {
        if (sequence.sink().isCancelled()) {
            end(sequence, 0);
            sequence.sink().fail(cancelled());
            return;
        }
        int before = sequence.newTokens();
        try {
            Sequence.Turn turn = sequence.advance(decoder, logits);
            int generated = sequence.newTokens() - before;
            switch (turn) {
                case GOES_ON -> roster.generated(generated);
                case BLOCKED -> {
                    roster.pause(sequence, generated);
                    sequence.sink().onWritable(() -> resume(sequence));
                }
                case FINISHED -> {
                    end(sequence, generated);
                    sequence.sink().complete();
                }
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a generation failed", e);
            end(sequence, sequence.newTokens() - before);
            sequence.sink().fail(WeirException.of(e));
        }
    }

    private void end(Sequence sequence, int generated) {
        sequence.release();
        roster.end(sequence, generated);
    }

    private void resume(Sequence sequence) {
        roster.resume(sequence);
        loopIfNeeded();
    }

    /** Ends a sequence whose reader has gone; a running one is the loop's, which sees it before its next token. */
    private void dropUnlessRunning(Sequence sequence) {
        if (roster.drop(sequence)) {
            sequence.release();
            sequence.sink().fail(cancelled());
        }
    }

    /** Ends everything that is open. Only for the loop itself, or while there is none. */
    private void failAll(WeirException cause) {
        List<Sequence> open = roster.clear();
        for (Sequence sequence : open) {
            sequence.release();
            sequence.sink().fail(cause);
        }
        if (!open.isEmpty()) {
            LOG.log(Level.WARNING, "{0} generations ended: {1}", open.size(), cause.detail());
        }
    }

    /** What this scheduler is doing now. */
    SchedulerState state() {
        return roster.state();
    }

    /** Waits until the state is as wanted; false if it is not within {@code timeout}. */
    boolean awaitState(Predicate<SchedulerState> wanted, Duration timeout) throws InterruptedException {
        return roster.awaitState(wanted, timeout);
    }

    /**
     * Ends every open sequence with {@link ErrorCode#NOT_READY} and frees the model. Waits for the step in progress; one that
     * takes longer than ten seconds frees the model when it has ended.
     */
    @Override
    public void close() {
        roster.close();
        freeIfClosed();
        roster.awaitFreed(CLOSE_TIMEOUT);
    }

    private void freeIfClosed() {
        if (roster.claimFreeing()) {
            try {
                failAll(new WeirException(ErrorCode.NOT_READY, "the model was closed"));
                decoder.close();
            } finally {
                roster.freed();
            }
        }
    }

    private static WeirException cancelled() {
        return new WeirException(ErrorCode.CANCELLED, "the generation was cancelled");
    }
}
