package dev.weir.runtime;

/**
 * The settings of the metrics, with their keys.
 *
 * @param on {@code weir.metrics}: whether metrics are recorded and served
 * @param open {@code weir.metrics.open}: whether they are served without credentials
 */
public record MetricsSettings(boolean on, boolean open) {}
