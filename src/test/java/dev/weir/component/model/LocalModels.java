package dev.weir.component.model;

import dev.weir.component.ComponentProvider;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.stream.Tasks;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** The provider of local models, without a server around it. */
public final class LocalModels {
    private LocalModels() {}

    /**
     * A provider that can be used.
     *
     * @param threads loads models, decodes with them, and runs tasks
     */
    public static ComponentProvider<?> provider(ExecutorService threads, ScheduledExecutorService timers) {
        ModelProvider provider = new ModelProvider(new OnlyInference(threads, timers), new FewThreads());
        provider.start();
        return provider;
    }

    private static final class OnlyInference extends Pools {
        private final ExecutorService threads;
        private final ScheduledExecutorService timers;

        OnlyInference(ExecutorService threads, ScheduledExecutorService timers) {
            this.threads = threads;
            this.timers = timers;
        }

        @Override
        public ExecutorService inference() {
            return threads;
        }

        @Override
        public Tasks tasks() {
            return new Tasks(threads);
        }

        @Override
        public ScheduledExecutorService timers() {
            return timers;
        }
    }

    private static final class FewThreads extends Settings {
        @Override
        public int modelThreads() {
            return 1;
        }

        @Override
        public int maxBatch() {
            return 8;
        }

        @Override
        public int maxWaitingGenerations() {
            return 32;
        }

        @Override
        public int maxSequences() {
            return 16;
        }

        @Override
        public int searchMemoryMebibytes() {
            return 64;
        }

        @Override
        public int maxTexts() {
            return 100;
        }

        @Override
        public int encodeCharacters() {
            return 1 << 18;
        }

        @Override
        public int streamCapacity() {
            return 64;
        }

        @Override
        public Duration modelLoadTimeout() {
            return Duration.ofSeconds(60);
        }
    }
}
