/**
 * The parts that the APIs of other clients share: the search for a model, the way from a request to a workflow's input, the start
 * of a run, and the form of a model's answer. Each API has a package of its own below, and none knows another.
 *
 * <p>May use api with its subpackages access, form, response and run, workflow with served and graph, config, config.schema,
 * security, binding, stream, sse, json and runtime. Requests are read on request threads or in tasks, and never block them.
 */
@NullMarked
package dev.weir.face;

import org.jspecify.annotations.NullMarked;
