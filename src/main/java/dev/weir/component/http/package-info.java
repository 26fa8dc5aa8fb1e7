/**
 * Components that speak HTTP to an upstream, in the OpenAI and Anthropic style, and the framings of what comes back.
 *
 * <p>May use component, its own parts body, protocol and error, upstream and its parts, and what component may. Does not know component.model.
 */
@NullMarked
package dev.weir.component.http;

import org.jspecify.annotations.NullMarked;
