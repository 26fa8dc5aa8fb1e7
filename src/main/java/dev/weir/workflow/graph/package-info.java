/**
 * The jobs of one run: their order, their execution and their outputs. Of a run only its cancellation and its failure are
 * known here.
 *
 * <p>May use component, config, binding, json, stream and telemetry. One task at a time advances a graph; a job holds no thread while its
 * component works.
 */
@NullMarked
package dev.weir.workflow.graph;

import org.jspecify.annotations.NullMarked;
