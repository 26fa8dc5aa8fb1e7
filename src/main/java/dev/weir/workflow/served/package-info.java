/**
 * A configuration that is served: its workflows, its components and their health, in use until the last run of it has ended.
 *
 * <p>May use component, config, config.schema, filter, security, binding and stream. Thread-safe.
 */
@NullMarked
package dev.weir.workflow.served;

import org.jspecify.annotations.NullMarked;
