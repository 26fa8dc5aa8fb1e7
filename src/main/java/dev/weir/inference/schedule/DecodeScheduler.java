package dev.weir.inference.schedule;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.sampling.TokenRules;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSink;
import dev.weir.stream.Summary;
import dev.weir.tokenizer.Tokenizer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decodes many sequences on one thread: each round gives all running sequences one token in one step. Thread-safe.
 *
 * <p>The loop is a task on the executor. It starts when there is work and ends when there is none, so that an idle model holds no
 * thread. Each round first reads at most one piece of the unread prompts, in the order of arrival. Therefore a long prompt delays
 * the decoding sequences by one piece only.
 *
 * <p>A sequence is waiting, running or paused. A sequence pauses when its stream is full: it gives up its place and keeps its
 * cache. When its stream has room, it runs again before the waiting sequences. A cancelled sequence ends before its next token,
 * or within its prompt.
 */
public final class DecodeScheduler implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DecodeScheduler.class.getName());
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final TokenRules rules;
    private final int contextLength;
    private final int streamCapacity;
    private final long maxSearchBytes;
    private final Executor executor;
    private final SequenceTable table;
    /** Logits of one row, {@code float[vocabularySize]}. Used by the loop only. */
    private final float[] logits;
    /** The sequence of the prompt that is being read. */
    private volatile @Nullable Sequence reading;
    /** The sequences of the decode step in progress. */
    private volatile List<Sequence> stepping = List.of();

    /**
     * Creates an idle scheduler.
     *
     * @param decoder used and closed by this scheduler only
     * @param tokenizer must stay open until this scheduler is closed
     * @param rules the tokens that may be chosen, and the end tokens, which are not part of the output
     * @param contextLength the most tokens that the decoder reads and generates for a sequence
     * @param executor runs the loop; one thread is in use while there is work
     */
    public DecodeScheduler(
            Decoder decoder,
            Tokenizer tokenizer,
            TokenRules rules,
            int contextLength,
            InferenceSettings settings,
            Executor executor) {
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.rules = rules;
        this.contextLength = contextLength;
        this.streamCapacity = settings.streamCapacity();
        this.maxSearchBytes = settings.maxSearchBytes();
        this.executor = executor;
        this.table = new SequenceTable(settings.maxRunning(), settings.maxWaiting());
        this.logits = new float[decoder.vocabularySize()];
        decoder.endWhen(this::isUnwanted);
    }

    /**
     * Starts a generation. Returns at once.
     *
     * @param prompt fewer tokens than the context holds
     * @param whole true for each text as one chunk at its end, false for text as it is generated
     * @return as many texts as the settings ask for; closing a source ends its generation within one token. A beam search ends
     *     when all its sources are closed
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if a beam search needs more memory than the limit; {@link
     *     ErrorCode#TOO_MANY_RUNS} if the limit of open sequences is reached; {@link ErrorCode#NOT_READY} if this is closed
     */
    public List<GeneratedText> generate(Prompt prompt, GenerationSettings settings, boolean whole) {
        int maxNewTokens = Math.min(settings.maxNewTokens(), contextLength - prompt.begin().length);
        requireMemory(prompt, maxNewTokens, settings.beams().beams());
        List<ChunkQueue> queues = new ArrayList<>();
        for (int i = 0; i < settings.sequences(); i++) {
            queues.add(new ChunkQueue(streamCapacity));
        }
        List<Sequence> sequences = new ArrayList<>();
        if (settings.beams().beams() > 1) {
            sequences.add(new SearchedTexts(prompt, maxNewTokens, settings, rules, tokenizer, List.copyOf(queues)));
        } else {
            for (int i = 0; i < queues.size(); i++) {
                GenerationSettings own =
                        settings.withSampling(settings.sampling().forSequence(i));
                ChunkSink sink = whole ? new WholeText(queues.get(i)) : queues.get(i);
                sequences.add(new StreamedText(prompt, maxNewTokens, own, rules, tokenizer, sink));
            }
        }
        table.admit(sequences);
        sequences.forEach(sequence -> sequence.onCancel(() -> cancelled(sequence)));
        loopIfNeeded();
        List<Summary> summaries = sequences.stream()
                .flatMap(sequence -> sequence.summaries().stream())
                .toList();
        List<GeneratedText> texts = new ArrayList<>();
        for (int i = 0; i < queues.size(); i++) {
            texts.add(new GeneratedText(queues.get(i), summaries.get(i)));
        }
        return texts;
    }

    /**
     * Refuses a beam search that needs too much memory. Only a search needs this check: it holds all beams at once, while single
     * texts wait for a place.
     */
    private void requireMemory(Prompt prompt, int maxNewTokens, int beams) {
        long rowBytes = beams > 1 ? decoder.rowBytes(prompt, maxNewTokens) : 0;
        if (rowBytes > maxSearchBytes / beams) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "num_beams is too large: " + beams + " beams of "
                            + (prompt.begin().length + maxNewTokens) + " tokens need " + beams + " * "
                            + mebibytes(rowBytes) + " MiB of memory, and " + mebibytes(maxSearchBytes)
                            + " MiB are the limit (weir.model.search-memory); lower num_beams or max_output_length");
        }
    }

    private static long mebibytes(long bytes) {
        return Math.max(1, bytes >> 20);
    }

    private void loopIfNeeded() {
        // Tries again after a refusal: a sequence that was admitted while the others were failed would otherwise wait
        // for a loop
        // that does not exist.
        while (table.claimLoop()) {
            try {
                executor.execute(this::loop);
                return;
            } catch (RuntimeException | Error e) {
                failAll(new WeirException(ErrorCode.NOT_READY, "the server has no thread for the model", e));
                table.endLoop();
                freeIfClosed();
            }
        }
    }

    private void loop() {
        try {
            for (SequenceTable.Round round = table.nextRound(); !round.isEmpty(); round = table.nextRound()) {
                round.left().forEach(sequence -> logFailure(() -> sequence.release(decoder)));
                take(round.running());
            }
        } catch (RuntimeException | Error e) {
            failAll(WeirException.of(e));
            table.endLoop();
            LOG.log(Level.ERROR, "the model's loop ended by a fault", e);
        }
        freeIfClosed();
        loopIfNeeded();
    }

    /** Runs one round: reads a piece of the prompts, then decodes one token for each ready sequence. */
    private void take(List<Sequence> running) {
        List<Sequence> ready = new ArrayList<>();
        int unread = decoder.prefillTokens();
        for (Sequence sequence : running) {
            if (sequence.isCancelled()) {
                end(sequence, cancelled());
            } else if (sequence.prefilled()) {
                turn(sequence, sequence::handOver, ready);
            } else if (unread > 0) {
                unread -= Math.min(unread, sequence.unread());
                turn(sequence, () -> prefill(sequence), ready);
                // Prompts are read one after the other: the next one waits for the rest of this one.
                unread = sequence.prefilled() ? unread : 0;
            }
        }
        ready.removeIf(sequence -> !sequence.prefilled());
        if (!ready.isEmpty()) {
            step(ready);
        }
    }

    private Sequence.Turn prefill(Sequence sequence) {
        reading = sequence;
        try {
            // A cancellation after this check sees the field `reading` and interrupts the decoder.
            return sequence.isCancelled() ? Sequence.Turn.GOES_ON : sequence.prefill(decoder, logits);
        } catch (WeirException e) {
            if (e.code() != ErrorCode.CANCELLED) {
                throw e;
            }
            return Sequence.Turn.GOES_ON;
        } finally {
            reading = null;
        }
    }

    private void step(List<Sequence> ready) {
        List<Row> rows = new ArrayList<>();
        ready.forEach(sequence -> rows.addAll(sequence.rows()));
        int[] tokens = new int[rows.size()];
        int first = 0;
        for (Sequence sequence : ready) {
            System.arraycopy(sequence.tokens(), 0, tokens, first, sequence.width());
            first += sequence.width();
        }
        stepping = List.copyOf(ready);
        try {
            decoder.step(rows, tokens);
        } finally {
            stepping = List.of();
        }
        if (table.isClosed()) {
            // The close fails the remaining sequences.
            return;
        }
        first = 0;
        for (Sequence sequence : ready) {
            if (sequence.isCancelled()) {
                end(sequence, cancelled());
                first += sequence.width();
                continue;
            }
            int own = first;
            turn(sequence, () -> sequence.advance(decoder, own, logits), new ArrayList<>());
            first += sequence.width();
        }
    }

    /** The action of a sequence in its turn. */
    @FunctionalInterface
    private interface Action {
        Sequence.Turn take();
    }

    /** Runs a sequence's turn, and adds the sequence to {@code ready} if it goes on. */
    private void turn(Sequence sequence, Action action, List<Sequence> ready) {
        int before = sequence.newTokens();
        try {
            Sequence.Turn turn = action.take();
            table.generated(sequence.newTokens() - before);
            switch (turn) {
                case GOES_ON -> ready.add(sequence);
                case BLOCKED -> {
                    table.pause(sequence);
                    sequence.onWritable(() -> resume(sequence));
                }
                case FINISHED -> {
                    sequence.release(decoder);
                    table.end(sequence);
                    sequence.complete();
                }
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a generation failed", e);
            table.generated(sequence.newTokens() - before);
            end(sequence, WeirException.of(e));
        }
    }

    private void end(Sequence sequence, WeirException cause) {
        sequence.release(decoder);
        table.end(sequence);
        sequence.fail(cause);
    }

    private void resume(Sequence sequence) {
        table.resume(sequence);
        loopIfNeeded();
    }

    /**
     * Ends a cancelled sequence. A running one is left to the loop, which checks before the next token; the decoder is
     * interrupted if nothing else needs the run.
     */
    private void cancelled(Sequence sequence) {
        if (!sequence.isCancelled()) {
            return;
        }
        if (table.drop(sequence)) {
            sequence.fail(cancelled());
            loopIfNeeded();
        } else if (reading == sequence || isUnwanted(stepping)) {
            decoder.interrupt();
        }
    }

    /** Returns true if no sequence needs the result of the graph's next run. */
    private boolean isUnwanted() {
        Sequence prompt = reading;
        return table.isClosed() || (prompt == null ? isUnwanted(stepping) : prompt.isCancelled());
    }

    private static boolean isUnwanted(List<Sequence> sequences) {
        return !sequences.isEmpty() && sequences.stream().allMatch(Sequence::isCancelled);
    }

    /**
     * Fails all open sequences and frees their caches. A failure with one of them does not stop the others. Call it only from the
     * loop, or while there is no loop.
     */
    private void failAll(WeirException cause) {
        SequenceTable.Leaving leaving = table.clear();
        for (Sequence sequence : leaving.open()) {
            logFailure(() -> sequence.release(decoder));
            logFailure(() -> sequence.fail(cause));
        }
        leaving.left().forEach(sequence -> logFailure(() -> sequence.release(decoder)));
        if (!leaving.open().isEmpty()) {
            LOG.log(Level.WARNING, "{0} generations ended: {1}", leaving.open().size(), cause.detail());
        }
    }

    private static void logFailure(Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "a generation could not be ended in good order", e);
        }
    }

    /** Returns the current state. */
    public SchedulerState state() {
        return table.state();
    }

    /** Returns the tokens that were generated in the last whole second. */
    public double tokensPerSecond() {
        return table.tokensPerSecond();
    }

    /** Blocks until {@code wanted} accepts the state, at most {@code timeout}; returns false after the time-out. */
    public boolean awaitState(Predicate<SchedulerState> wanted, Duration timeout) throws InterruptedException {
        return table.awaitState(wanted, timeout);
    }

    /**
     * Ends every open sequence with {@link ErrorCode#NOT_READY} and frees the model. Interrupts the step or prompt in progress
     * and waits for its end, at most ten seconds. If it takes longer, the model is freed when it ends.
     */
    @Override
    public void close() {
        table.close();
        decoder.interrupt();
        freeIfClosed();
        table.awaitFreed(CLOSE_TIMEOUT);
    }

    private void freeIfClosed() {
        if (table.claimFreeing()) {
            try {
                failAll(new WeirException(ErrorCode.NOT_READY, "the model was closed"));
                logFailure(decoder::close);
            } finally {
                table.freed();
            }
        }
    }

    private static WeirException cancelled() {
        return new WeirException(ErrorCode.CANCELLED, "the generation was cancelled");
    }
}
