/**
 * The API of Anthropic's clients over the workflows: messages and models.
 *
 * <p>May use face, api with its subpackages access and run, workflow with served, config, json, stream and sse. The servlet runs on
 * request threads and never blocks them. Framings and collectors belong to one response.
 */
@NullMarked
package dev.weir.face.anthropic;

import org.jspecify.annotations.NullMarked;
