/**
 * The contract of a component, which a job calls; the CDI beans that make components from their configuration; and the
 * registry of a configuration's components.
 *
 * <p>May use config, binding, stream and runtime. All runs share a component: it must be thread-safe.
 */
@NullMarked
package dev.weir.component;

import org.jspecify.annotations.NullMarked;
