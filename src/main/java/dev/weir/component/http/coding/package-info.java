/**
 * The conversions of an upstream's bytes, a block at a time: content codings and charsets.
 *
 * <p>May use component.http.error and the root. Nothing here blocks; a conversion belongs to one body.
 */
@NullMarked
package dev.weir.component.http.coding;

import org.jspecify.annotations.NullMarked;
