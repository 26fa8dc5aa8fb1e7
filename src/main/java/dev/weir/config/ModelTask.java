package dev.weir.config;

import java.util.Locale;

/** The task of a model; {@link #toString} is its spelling in the configuration. */
public enum ModelTask {
    TEXT_GENERATION(true),
    CHAT_COMPLETION(true),
    TEXT_TO_TEXT(true),
    TRANSLATION(true),
    SUMMARIZATION(true),
    TEXT_EMBEDDING(false),
    TEXT_CLASSIFICATION(false);

    private final boolean generates;

    ModelTask(boolean generates) {
        this.generates = generates;
    }

    /** True if the result is text, which is generated token by token and can be streamed. */
    public boolean generates() {
        return generates;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
