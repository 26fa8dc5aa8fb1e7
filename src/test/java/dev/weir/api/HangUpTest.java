package dev.weir.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.inference.TextGenerator;
import dev.weir.inference.schedule.SchedulerState;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.sampling.SamplingParameters;
import dev.weir.sse.EventFraming;
import dev.weir.sse.PumpFixture;
import dev.weir.sse.RecordingResponse;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The effect of a disconnect, from the failed write to the model's scheduler. */
@Timeout(60)
class HangUpTest {
    @Test
    void aFailedWriteStopsTheGenerationWithinOneToken() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        AtomicLong whenClosed = new AtomicLong(-1);
        try (TextGenerator generator = TextGenerator.open(
                new ModelFolder(Path.of("examples/models/stories")),
                Precision.INT8,
                new InferenceSettings(1, 8, 8, 1),
                pool)) {
            ChunkSource story =
                    generator.generate("Once upon a time", GenerationSettings.of(400, SamplingParameters.greedy()));
            RecordingResponse hungUp = new RecordingResponse() {
                private int count;

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    if (++count == 5) {
                        throw new IOException("broken pipe");
                    }
                }
            };
            ChunkSource noting = new NotingSource(
                    story, () -> whenClosed.set(generator.state().tokens()));
            try (PumpFixture pumps = new PumpFixture()) {
                pumps.write(EventFraming.text(), noting, hungUp);
            }

            assertThat(generator.awaitState(SchedulerState::idle, Duration.ofSeconds(20)))
                    .isTrue();
            assertThat(whenClosed.get()).isPositive();
            assertThat(generator.state().tokens()).isLessThanOrEqualTo(whenClosed.get() + 1);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Runs an action directly after its close. */
    private record NotingSource(ChunkSource source, Runnable whenClosed) implements ChunkSource {
        @Override
        public Received poll(Runnable whenReadable) {
            return source.poll(whenReadable);
        }

        @Override
        public void close() {
            source.close();
            whenClosed.run();
        }
    }
}
