/**
 * The JSON Schema of configuration files, and the input and output variables of each workflow.
 *
 * <p>May use config, config.yaml, binding and json. Immutable and thread-safe.
 */
@NullMarked
package dev.weir.config.schema;

import org.jspecify.annotations.NullMarked;
