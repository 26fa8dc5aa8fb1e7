/**
 * What can be derived of a configuration: the JSON Schema of its files, and for each workflow the variables that it takes and
 * gives.
 *
 * <p>May use config, config.yaml, binding and json. Immutable and thread-safe.
 */
@NullMarked
package dev.weir.config.schema;

import org.jspecify.annotations.NullMarked;
