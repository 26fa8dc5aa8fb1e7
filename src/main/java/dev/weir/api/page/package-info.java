/**
 * Serves the page for browsers: its files, and the port that redirects to it.
 *
 * <p>May use api, api.access, workflow, config, json, runtime and lifecycle. Files are immutable; the port is thread-safe.
 */
@NullMarked
package dev.weir.api.page;

import org.jspecify.annotations.NullMarked;
