/**
 * A configuration that is served: its workflows, its components and their health. It is in use until its last run has ended.
 *
 * <p>May use component, config, config.schema, filter, security, binding and stream. Thread-safe.
 */
@NullMarked
package dev.weir.workflow.served;

import org.jspecify.annotations.NullMarked;
