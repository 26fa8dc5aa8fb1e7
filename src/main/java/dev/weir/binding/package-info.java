/**
 * Variable binding: {@code ${source.path as type;format | default}} parsed once into templates and rendered often.
 *
 * <p>May use the root only. Templates are immutable and thread-safe.
 */
@NullMarked
package dev.weir.binding;

import org.jspecify.annotations.NullMarked;
