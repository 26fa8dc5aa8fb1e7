/**
 * Checks requests before a resource sees them: the syntax of the URL, the origin, the caller's credentials and limits.
 *
 * <p>May use api, api.form, api.response, lifecycle, server, workflow, security, config, telemetry and runtime. Runs on request threads and never
 * blocks them.
 */
@NullMarked
package dev.weir.api.access;

import org.jspecify.annotations.NullMarked;
