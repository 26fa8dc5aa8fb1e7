package dev.weir.config;

import java.util.Locale;

/** What a model does; {@link #toString} is its spelling in the configuration. */
public enum ModelTask {
    TEXT_GENERATION(true),
    CHAT_COMPLETION(true),
    TRANSLATION(true),
    SUMMARIZATION(true),
    TEXT_EMBEDDING(false),
    TEXT_CLASSIFICATION(false);

    private final boolean generates;

    ModelTask(boolean generates) {
        this.generates = generates;
    }

    /** True if the answer is text made token by token, which can be streamed. */
    public boolean generates() {
        return generates;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
