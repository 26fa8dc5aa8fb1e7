/**
 * The marks of the providers' protocols: how a stream begins, ends, fails and keeps alive.
 *
 * <p>May use component.http.error, json and the root. No method blocks. A {@code StreamMarks} belongs to one body.
 */
@NullMarked
package dev.weir.component.http.protocol;

import org.jspecify.annotations.NullMarked;
