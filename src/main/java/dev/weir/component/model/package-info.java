/**
 * Components that run a local model: an action of the configuration becomes a generation request.
 *
 * <p>May use component, inference and its parts, tokenizer, sampling, hub, process, json and what component may. Does not know component.http.
 */
@NullMarked
package dev.weir.component.model;

import org.jspecify.annotations.NullMarked;
