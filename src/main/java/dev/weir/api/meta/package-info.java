/**
 * Resources that describe the server: its workflows and their schemas, its health, and the OpenAPI document.
 *
 * <p>May use api, api.access, api.form, workflow, workflow.served, config, config.schema, security, telemetry, json and runtime. Stateless, on
 * request threads.
 */
@NullMarked
package dev.weir.api.meta;

import org.jspecify.annotations.NullMarked;
