package dev.weir.inference.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.StoriesModel;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.sampling.SamplingParameters;
import dev.weir.sampling.TokenRules;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.FaultyExecutor;
import dev.weir.stream.FaultyExecutor.Fault;
import dev.weir.stream.Received;
import dev.weir.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A refused thread ends only the generations that wait for it. */
@Timeout(60)
class FaultedGenerationTest {
    private static final GenerationSettings TEN = GenerationSettings.of(10, SamplingParameters.greedy());
    private static Tokenizer tokenizer;

    private final FaultyExecutor threads = new FaultyExecutor();
    private final EchoDecoder decoder = new EchoDecoder();

    @BeforeAll
    static void openTokenizer() {
        tokenizer = Tokenizer.open(StoriesModel.FOLDER);
    }

    @AfterAll
    static void closeTokenizer() {
        tokenizer.close();
    }

    @AfterEach
    void stop() {
        threads.close();
    }

    private DecodeScheduler scheduler() {
        return new DecodeScheduler(
                decoder, tokenizer, TokenRules.ending(Set.of(0)), 512, new InferenceSettings(1, 8, 8, 4), threads);
    }

    /** Reads to the end; the stream pauses and resumes meanwhile, since it is longer than its queue. */
    private static Received end(ChunkSource source) throws InterruptedException {
        while (true) {
            Received received = BlockingReader.poll(source, Duration.ofSeconds(20));
            assertThat(received).as("an outcome").isNotNull();
            if (!(received instanceof Received.Chunk)) {
                return received;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachRefusedThreadEndsItsGenerationAndTheNextOneWorks(Fault fault) throws Exception {
        decoder.permit(1_000_000);
        DecodeScheduler scheduler = scheduler();
        boolean happened = true;
        for (int n = 1; happened; n++) {
            threads.failAt(n, fault);
            Received end = end(scheduler.generate(Prompt.of(422), TEN, false).get(0));
            happened = threads.happened();
            assertThat(end instanceof Received.Failed).as("hand-over " + n).isEqualTo(happened);
            threads.failAt(0, fault);
            assertThat(end(scheduler.generate(Prompt.of(422), TEN, false).get(0)))
                    .isInstanceOf(Received.Completed.class);
            assertThat(scheduler.awaitState(SchedulerState::idle, Duration.ofSeconds(20)))
                    .isTrue();
            assertThat(decoder.open()).isZero();
        }
        scheduler.close();
        assertThat(decoder.isClosed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aSchedulerWhoseThreadWasRefusedClosesAtOnce(Fault fault) throws Exception {
        DecodeScheduler scheduler = scheduler();
        threads.failAt(1, fault);
        assertThat(end(scheduler.generate(Prompt.of(422), TEN, false).get(0))).isInstanceOf(Received.Failed.class);
        scheduler.close();
        assertThat(decoder.isClosed()).isTrue();
    }

    @Test
    void aCacheThatCannotBeFreedKeepsNoOtherReaderFromItsFailureAndTheDecoderFromItsClose() throws Exception {
        decoder.failReleases();
        DecodeScheduler scheduler = scheduler();
        List<ChunkSource> sources = List.of(
                scheduler.generate(Prompt.of(422), TEN, false).get(0),
                scheduler.generate(Prompt.of(423), TEN, false).get(0),
                scheduler.generate(Prompt.of(424), TEN, false).get(0));
        decoder.permit(1_000_000);
        for (ChunkSource source : sources) {
            assertThat(end(source)).isInstanceOf(Received.Failed.class);
        }
        scheduler.close();
        assertThat(decoder.isClosed()).isTrue();
    }
}
