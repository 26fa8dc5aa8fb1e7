package dev.weir.runtime;

import java.util.List;

/**
 * What the server starts with. The keys of the server's configuration stand with them.
 *
 * @param configurationFiles The configuration files of {@code weir.config}, in order; empty for the packaged demonstration
 * @param reload {@code weir.config.reload}: whether a configuration file that is saved is served at once
 * @param rehearsal {@code weir.start.rehearsal}: whether health waits until a small workflow has run some hundred times
 */
public record StartSettings(List<String> configurationFiles, boolean reload, boolean rehearsal) {
    public StartSettings {
        configurationFiles = List.copyOf(configurationFiles);
    }
}
