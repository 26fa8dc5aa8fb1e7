/**
 * Components that speak HTTP to an upstream, in the style of the OpenAI and Anthropic APIs.
 *
 * <p>May use component and its dependencies, its own packages body, protocol and error, and upstream with its packages.
 * Must not know component.model.
 */
@NullMarked
package dev.weir.component.http;

import org.jspecify.annotations.NullMarked;
