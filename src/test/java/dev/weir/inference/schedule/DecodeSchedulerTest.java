package dev.weir.inference.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.inference.Pool;
import dev.weir.inference.Read;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.Hardware;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.IntraOpThreads;
import dev.weir.sampling.BeamParameters;
import dev.weir.sampling.SamplingParameters;
import dev.weir.sampling.TokenRules;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import dev.weir.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DecodeSchedulerTest {
    @RegisterExtension
    static final Pool POOL = new Pool();

    private static final int ANY = 422;
    private static final int OTHER = 423;
    private static final int PLENTY = 1_000_000;
    private static Tokenizer tokenizer;

    private final EchoDecoder decoder = new EchoDecoder();
    private final AtomicInteger loops = new AtomicInteger();
    private DecodeScheduler scheduler;

    @BeforeAll
    static void openTokenizer() {
        tokenizer = Tokenizer.open(StoriesModel.FOLDER);
    }

    @AfterAll
    static void closeTokenizer() {
        tokenizer.close();
    }

    @BeforeEach
    void open() {
        scheduler = scheduler(
                8,
                8,
                4,
                task -> POOL.execute(() -> {
                    loops.incrementAndGet();
                    task.run();
                    loops.decrementAndGet();
                }));
    }

    @AfterEach
    void close() {
        decoder.permit(PLENTY);
        scheduler.close();
    }

    @Test
    void closingTheSourceStopsTheGenerationWithinOneToken() throws Exception {
        ChunkSource source = generate(ANY, 100);
        decoder.permit(2);
        awaitState(state -> state.tokens() == 2);

        source.close();
        decoder.permit(PLENTY);
        awaitState(SchedulerState::idle);

        assertThat(scheduler.state().tokens()).isLessThanOrEqualTo(3);
    }

    @Test
    void aSlowReaderPausesItsOwnSequenceOnly() throws Exception {
        decoder.permit(PLENTY);
        ChunkSource slow = generate(ANY, 50);
        awaitState(state -> state.paused() == 1);
        assertThat(scheduler.state()).isEqualTo(new SchedulerState(0, 0, 1, 5));

        assertThat(Read.chunks(generate(OTHER, 50))).hasSize(50);
        assertThat(scheduler.state()).isEqualTo(new SchedulerState(0, 0, 1, 55));

        assertThat(Read.chunks(slow)).hasSize(50);
        awaitState(SchedulerState::idle);
    }

    @Test
    void pausedSequencesTakeNoPlaceFromThoseThatWait() throws Exception {
        scheduler = scheduler(2, 8, 4, POOL);
        decoder.permit(PLENTY);
        List<ChunkSource> slow = List.of(generate(ANY, 50), generate(ANY, 50), generate(ANY, 50));
        awaitState(state -> state.paused() == 3);

        assertThat(Read.chunks(generate(OTHER, 20))).hasSize(20);
        for (ChunkSource source : slow) {
            assertThat(Read.chunks(source)).hasSize(50);
        }
    }

    @Test
    void aSequenceThatIsPausedLeavesWhenItsReaderDoes() throws Exception {
        decoder.permit(PLENTY);
        ChunkSource source = generate(ANY, 50);
        awaitState(state -> state.paused() == 1);

        source.close();

        assertThat(scheduler.state()).isEqualTo(new SchedulerState(0, 0, 0, 5));
    }

    @Test
    void aSequenceThatWaitsLeavesWithoutAStepWhenItsReaderDoes() throws Exception {
        scheduler = scheduler(1, 8, 4, POOL);
        ChunkSource first = generate(ANY, 3);
        awaitState(state -> state.running() == 1);
        ChunkSource second = generate(OTHER, 3);
        assertThat(scheduler.state().waiting()).isOne();

        second.close();
        assertThat(scheduler.state().waiting()).isZero();
        decoder.permit(PLENTY);

        assertThat(Read.chunks(first)).hasSize(3);
        assertThat(decoder.read()).doesNotContain(OTHER);
    }

    @Test
    void runningSequencesTakeTurns() throws Exception {
        ChunkSource first = generate(ANY, 4);
        ChunkSource second = generate(OTHER, 4);
        awaitState(state -> state.open() == 2);
        decoder.permit(PLENTY);
        Read.chunks(first);
        Read.chunks(second);

        List<Integer> turns = decoder.read();
        int together = turns.indexOf(OTHER);
        assertThat(together).isLessThanOrEqualTo(2);
        assertThat(Collections.frequency(turns.subList(together, together + 4), OTHER))
                .isEqualTo(2);
    }

    @Test
    void aStepThatFailsEndsItsOwnSequenceOnly() throws Exception {
        ChunkSource good = generate(ANY, 10);
        ChunkSource bad = generate(EchoDecoder.POISON, 10);
        decoder.permit(PLENTY);

        assertThat(failure(bad).getMessage()).contains("poison");
        assertThat(Read.chunks(good)).hasSize(10);
        awaitState(SchedulerState::idle);
    }

    @Test
    void aDeadEndInABatchEndsItsOwnSequenceOnly() throws Exception {
        ChunkSource good = generate(ANY, 10);
        ChunkSource bad = generate(EchoDecoder.DEAD_END, 10);
        decoder.permit(PLENTY);

        assertThat(failure(bad).getMessage()).contains("dead end");
        assertThat(Read.chunks(good)).hasSize(10);
        awaitState(SchedulerState::idle);
        assertThat(decoder.open()).isZero();
    }

    @Test
    void allThatRunTakeOneStepTogether() throws Exception {
        scheduler = scheduler(3, 8, 64, POOL);
        List<ChunkSource> sources = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sources.add(generate(ANY + i, 20));
        }
        decoder.permit(PLENTY);
        for (ChunkSource source : sources) {
            assertThat(Read.chunks(source)).hasSize(20);
        }

        assertThat(decoder.batches()).allMatch(rows -> rows <= 3);
        assertThat(Collections.frequency(decoder.batches(), 3)).isGreaterThan(15);
    }

    @Test
    void aLongPromptIsReadInPiecesWhileOthersDecode() throws Exception {
        scheduler = scheduler(8, 8, 64, POOL);
        ChunkSource quick = generate(ANY, 30);
        awaitState(state -> state.running() == 1);
        ChunkSource slow = scheduler
                .generate(
                        Prompt.of(new int[40]),
                        GenerationSettings.of(2, SamplingParameters.greedy().withMinNewTokens(2)),
                        false)
                .get(0);
        decoder.permit(PLENTY);
        Read.chunks(quick);
        Read.chunks(slow);

        // Ten pieces of four tokens; after each piece the other sequences take a step.
        List<Integer> read = decoder.read();
        int begun = read.indexOf(0);
        for (int piece = 0; piece < 9; piece++) {
            assertThat(read.subList(begun + 2 * piece, begun + 2 * piece + 2)).containsExactly(0, ANY);
        }
    }

    @Test
    void aSearchTakesAsManyPlacesAsItHasBeams() throws Exception {
        scheduler = scheduler(5, 8, 64, POOL);
        GenerationSettings search = GenerationSettings.of(10, SamplingParameters.greedy())
                .withBeams(BeamParameters.none().withBeams(4));
        List<ChunkSource> sources = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sources.addAll(scheduler.generate(Prompt.of(ANY), search, false));
        }
        sources.add(generate(OTHER, 10));
        decoder.permit(PLENTY);
        for (ChunkSource source : sources) {
            Read.chunks(source);
        }

        assertThat(decoder.batches()).allMatch(rows -> rows <= 5);
        awaitState(SchedulerState::idle);
        assertThat(decoder.open()).isZero();
    }

    @Test
    void cancellingWhileThePromptIsReadBreaksTheReadOff() throws Exception {
        ChunkSource source = scheduler
                .generate(Prompt.of(new int[400]), GenerationSettings.of(5, SamplingParameters.greedy()), false)
                .get(0);
        decoder.permit(1);
        awaitState(state -> state.running() == 1 && !decoder.read().isEmpty());

        source.close();
        decoder.permit(PLENTY);

        awaitState(SchedulerState::idle);
        assertThat(decoder.wasInterrupted()).isTrue();
        assertThat(decoder.read()).hasSizeLessThanOrEqualTo(2);
        assertThat(decoder.open()).isZero();
    }

    @Test
    void moreThanTheLimitAreRefusedUntilOneLeaves() throws Exception {
        scheduler = scheduler(1, 1, 4, POOL);
        generate(ANY, 10);
        ChunkSource second = generate(ANY, 10);

        assertThatThrownBy(() -> generate(ANY, 10))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_RUNS))
                .hasMessageContaining("generations of the model are open (2, ");

        second.close();
        decoder.permit(PLENTY);
        assertThat(Read.chunks(generate(OTHER, 3))).hasSize(3);
    }

    @Test
    void closingFailsWhatIsOpenWaitsForTheStepAndFreesTheModel() throws Exception {
        ChunkSource source = generate(ANY, 50);
        awaitState(state -> state.running() == 1);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(scheduler::close, POOL);
        decoder.permit(PLENTY);
        closing.get(Read.LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(failure(source).code()).isEqualTo(ErrorCode.NOT_READY);
        assertThat(decoder.isClosed()).isTrue();
        assertThat(decoder.wasClosedDuringAStep()).isFalse();
        assertThat(scheduler.state().idle()).isTrue();
        assertThatThrownBy(() -> generate(ANY, 1))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
    }

    @Test
    void anIdleModelHoldsNoThread() throws Exception {
        decoder.permit(PLENTY);
        for (int i = 0; i < 50; i++) {
            assertThat(Read.chunks(generate(ANY, 2))).hasSize(2);
        }
        awaitState(SchedulerState::idle);
        scheduler.close();

        while (loops.get() > 0) {
            Thread.onSpinWait();
        }
        assertThat(loops).hasValue(0);
    }

    @Test
    void withoutAThreadTheStreamFailsInsteadOfHanging() throws Exception {
        scheduler = scheduler(1, 1, 4, task -> {
            throw new RejectedExecutionException("the pool is shut down");
        });

        assertThat(failure(generate(ANY, 1)).code()).isEqualTo(ErrorCode.NOT_READY);
        assertThat(scheduler.state().idle()).isTrue();
    }

    @Test
    void joinsLeavesAndCancellationsAtRandomLoseNothing() throws Exception {
        scheduler = scheduler(3, 100, 2, POOL);
        decoder.permit(PLENTY);
        List<CompletableFuture<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ChunkSource source = generate(ANY + i, 20);
            int wanted = i % 3 == 0 ? 5 : 20;
            readers.add(CompletableFuture.supplyAsync(() -> readSome(source, wanted), POOL));
        }

        for (int i = 0; i < readers.size(); i++) {
            assertThat(readers.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i % 3 == 0 ? 5 : 20);
        }
        awaitState(SchedulerState::idle);
    }

    private static int readSome(ChunkSource source, int wanted) {
        try (source) {
            int chunks = 0;
            while (chunks < wanted && Read.next(source) instanceof Received.Chunk) {
                chunks++;
            }
            return chunks;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    @Test
    void aSearchThatNeedsMoreMemoryThanItMayHaveIsRefusedBeforeItBegins() {
        scheduler.close();
        InferenceSettings settings = new InferenceSettings(Hardware.cpu(IntraOpThreads.of(1)), 8, 8, 4, true, 4 << 20);
        scheduler = new DecodeScheduler(decoder, tokenizer, TokenRules.ending(Set.of(0)), 512, settings, POOL);
        GenerationSettings search = GenerationSettings.of(PLENTY, SamplingParameters.greedy());

        assertThatThrownBy(() -> scheduler.generate(
                        Prompt.of(ANY), search.withBeams(BeamParameters.none().withBeams(9)), true))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessage("num_beams is too large: 9 beams of 512 tokens need 9 * 1 MiB of memory, and 4 MiB are the"
                        + " limit (weir.model.search-memory); lower num_beams or max_output_length");
        assertThat(scheduler.state().open()).isZero();
        scheduler
                .generate(Prompt.of(ANY), search.withBeams(BeamParameters.none().withBeams(8)), true)
                .forEach(ChunkSource::close);
    }

    private ChunkSource generate(int token, int maxNewTokens) {
        return scheduler
                .generate(Prompt.of(token), GenerationSettings.of(maxNewTokens, SamplingParameters.greedy()), false)
                .get(0);
    }

    private DecodeScheduler scheduler(int maxRunning, int maxWaiting, int streamCapacity, Executor executor) {
        InferenceSettings settings = new InferenceSettings(1, maxRunning, maxWaiting, streamCapacity);
        return new DecodeScheduler(decoder, tokenizer, TokenRules.ending(Set.of(0)), 512, settings, executor);
    }

    private void awaitState(Predicate<SchedulerState> wanted) throws InterruptedException {
        assertThat(scheduler.awaitState(wanted, Read.LIMIT))
                .as(() -> scheduler.state().toString())
                .isTrue();
    }

    private static WeirException failure(ChunkSource source) throws InterruptedException {
        Received received = Read.next(source);
        while (received instanceof Received.Chunk) {
            received = Read.next(source);
        }
        assertThat(received).isInstanceOf(Received.Failed.class);
        return ((Received.Failed) received).cause();
    }
}
