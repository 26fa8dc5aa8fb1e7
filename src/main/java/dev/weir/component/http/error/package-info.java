/**
 * The failures of a call to an upstream, and their messages.
 *
 * <p>May use upstream, json and the root. Everything here is immutable.
 */
@NullMarked
package dev.weir.component.http.error;

import org.jspecify.annotations.NullMarked;
