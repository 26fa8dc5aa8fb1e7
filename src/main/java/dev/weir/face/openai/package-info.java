/**
 * The API of OpenAI's clients over the workflows: models, chat completions, completions and embeddings.
 *
 * <p>May use face, api with its subpackages access, form and run, workflow with served, config, json, stream, sse and binding. The
 * servlet runs on request threads and never blocks them. Framings and collectors belong to one response.
 */
@NullMarked
package dev.weir.face.openai;

import org.jspecify.annotations.NullMarked;
