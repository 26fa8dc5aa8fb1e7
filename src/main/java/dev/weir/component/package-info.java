/**
 * The contract of a component, which a job calls; the CDI beans that make components from their configuration; the registry
 * of a configuration's components; and what several components need to check the values of a call and to shape its result.
 *
 * <p>May use config, binding, json for numbers, stream, telemetry and runtime. All runs share a component: it must be thread-safe.
 */
@NullMarked
package dev.weir.component;

import org.jspecify.annotations.NullMarked;
