package dev.weir.config;

/**
 * The API of OpenAI's clients over the workflows.
 *
 * @param basePath its path, with a leading and without a trailing slash; never the root
 */
public record OpenAiConfig(String basePath) {}
