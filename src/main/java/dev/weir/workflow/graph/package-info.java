/**
 * The jobs of one run: which job starts next, what one job does, and what its output becomes. Knows nothing of runs but the
 * signal that cancels them.
 *
 * <p>May use component, config, binding and stream. One task at a time advances a graph; a job holds no thread while its
 * component works.
 */
@NullMarked
package dev.weir.workflow.graph;

import org.jspecify.annotations.NullMarked;
