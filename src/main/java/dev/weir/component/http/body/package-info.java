/**
 * The framings of an upstream's body (event streams, JSON lines, JSON, text and bytes) and their detection.
 *
 * <p>May use component.http.coding, component.http.protocol, component.http.error, json and the root. No method blocks. A
 * decoder belongs to one body.
 */
@NullMarked
package dev.weir.component.http.body;

import org.jspecify.annotations.NullMarked;
