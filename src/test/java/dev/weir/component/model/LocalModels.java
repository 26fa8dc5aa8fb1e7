package dev.weir.component.model;

import dev.weir.component.ComponentProvider;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import java.time.Duration;
import java.util.concurrent.ExecutorService;

/** The provider of local models, without a server around it. */
public final class LocalModels {
    private LocalModels() {}

    /**
     * A provider that can be used.
     *
     * @param threads loads models and decodes with them
     */
    public static ComponentProvider<?> provider(ExecutorService threads) {
        ModelProvider provider = new ModelProvider(new OnlyInference(threads), new FewThreads());
        provider.start();
        return provider;
    }

    private static final class OnlyInference extends Pools {
        private final ExecutorService threads;

        OnlyInference(ExecutorService threads) {
            this.threads = threads;
        }

        @Override
        public ExecutorService inference() {
            return threads;
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
        public int streamCapacity() {
            return 64;
        }

        @Override
        public Duration modelLoadTimeout() {
            return Duration.ofSeconds(60);
        }
    }
}
