/**
 * Components that run a local model. They turn an action of the configuration into a request to the model.
 *
 * <p>May use component and its dependencies, inference and its packages, tokenizer, sampling, hub, process and json.
 * Must not know component.http.
 */
@NullMarked
package dev.weir.component.model;

import org.jspecify.annotations.NullMarked;
