/**
 * Components that run a local model. They make a request to the model from an action of the configuration.
 *
 * <p>May use component and its dependencies, inference and its packages, tokenizer, sampling, hub, process and json.
 * Must not know component.http.
 */
@NullMarked
package dev.weir.component.model;

import org.jspecify.annotations.NullMarked;
