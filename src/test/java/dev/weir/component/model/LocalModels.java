package dev.weir.component.model;

import dev.weir.component.ComponentProvider;
import dev.weir.runtime.Pools;
import dev.weir.runtime.TestSettings;
import dev.weir.stream.Tasks;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** The provider of local models, without a server. */
public final class LocalModels {
    private LocalModels() {}

    /**
     * Creates a provider.
     *
     * @param threads loads models, decodes with them, and runs tasks
     */
    public static ComponentProvider<?> provider(ExecutorService threads, ScheduledExecutorService timers) {
        ModelProvider provider = new ModelProvider(
                new OnlyInference(threads, timers),
                TestSettings.of(Map.of("weir.model.threads", "1", "weir.model.load-timeout", "60s")));
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
}
