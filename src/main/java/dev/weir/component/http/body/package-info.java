/**
 * The framings of an upstream's body: event streams, JSON lines, JSON, text and bytes, and the content codings around them.
 *
 * <p>May use component.http.error, binding and the root. Nothing here blocks; a decoder belongs to one body.
 */
@NullMarked
package dev.weir.component.http.body;

import org.jspecify.annotations.NullMarked;
