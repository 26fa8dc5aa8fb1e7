/**
 * What a job calls: the contract of a component, the CDI-managed providers that make one from its configuration, and
 * the registry of those that a configuration declares.
 *
 * <p>May use config, binding, stream and runtime. A component is shared by all runs and must be thread-safe.
 */
@NullMarked
package dev.weir.component;

import org.jspecify.annotations.NullMarked;
