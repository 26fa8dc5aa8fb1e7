/**
 * The words of the providers' protocols: how a stream begins, ends, fails and shows that it lives.
 *
 * <p>May use component.http.error, json and the root. Nothing here blocks; a {@code StreamWords} belongs to one body.
 */
@NullMarked
package dev.weir.component.http.protocol;

import org.jspecify.annotations.NullMarked;
