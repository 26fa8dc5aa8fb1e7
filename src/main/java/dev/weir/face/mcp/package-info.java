/**
 * The workflows as tools of the Model Context Protocol, over Streamable HTTP and without sessions. A call of a tool is a run.
 *
 * <p>May use api with its subpackages access, form, response and run, workflow with served, config, config.schema, security, json,
 * stream, sse, telemetry and runtime. Messages are read on request threads or in tasks. Answers are written on shared writer threads.
 *
 * @see <a href="https://modelcontextprotocol.io/specification">Model Context Protocol</a>
 */
@NullMarked
package dev.weir.face.mcp;

import org.jspecify.annotations.NullMarked;
