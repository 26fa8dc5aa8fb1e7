/**
 * Whether a request may enter: the syntax of its address, its origin, the caller's credentials and limits, before a resource
 * sees the request.
 *
 * <p>May use api, api.form, api.response, lifecycle, workflow, security, config and runtime. Runs on request threads and never
 * blocks them.
 */
@NullMarked
package dev.weir.api.access;

import org.jspecify.annotations.NullMarked;
