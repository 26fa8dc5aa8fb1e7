/**
 * The framings of an upstream's body: event streams, JSON lines, JSON, text and bytes, and how they are told
 * apart.
 *
 * <p>May use component.http.coding, component.http.protocol, component.http.error, json and the root. Nothing here blocks; a decoder belongs to one body.
 */
@NullMarked
package dev.weir.component.http.body;

import org.jspecify.annotations.NullMarked;
