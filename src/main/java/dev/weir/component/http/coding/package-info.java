/**
 * Conversions of an upstream's bytes, block by block: content codings and charsets.
 *
 * <p>May use component.http.error and the root. No method blocks. A conversion belongs to one body.
 */
@NullMarked
package dev.weir.component.http.coding;

import org.jspecify.annotations.NullMarked;
