package dev.weir.runtime;

import java.util.List;

/**
 * The settings of the start, with their keys. Immutable.
 *
 * @param configurationFiles {@code weir.config}: the configuration files, in order; empty for the packaged demonstration
 * @param reload {@code weir.config.reload}: whether a saved configuration file is served at once
 * @param rehearsal {@code weir.start.rehearsal}: whether health stays down until a small workflow has run some hundred times
 */
public record StartSettings(List<String> configurationFiles, boolean reload, boolean rehearsal) {
    public StartSettings {
        configurationFiles = List.copyOf(configurationFiles);
    }
}
