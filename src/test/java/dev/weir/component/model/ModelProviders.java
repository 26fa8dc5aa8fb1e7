package dev.weir.component.model;

import dev.weir.component.ComponentProvider;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;

/** The server's model components, without the server. */
public final class ModelProviders {
    private ModelProviders() {}

    public static ComponentProvider<?> of(Pools pools, Settings settings) {
        ModelProvider models = new ModelProvider(pools, settings);
        models.start();
        return models;
    }
}
