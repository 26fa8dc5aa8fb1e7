/**
 * Components of type {@code workflow}: they run a workflow of the same configuration as a part of the calling run.
 *
 * <p>Uses {@code component}, {@code config}, {@code binding} and {@code stream}. The package {@code workflow} gives the means
 * to run a workflow with each call, so that components do not know runs.
 */
@NullMarked
package dev.weir.component.workflow;

import org.jspecify.annotations.NullMarked;
