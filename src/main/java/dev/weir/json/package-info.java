/**
 * Converts JSON texts to plain values and back, with limits on depth, size and numbers.
 *
 * <p>The package also resolves numbers and unquoted words as YAML 1.2 does, follows paths into values, and reads only the
 * parts of a text that given paths need.
 *
 * <p>Values are plain: null, Boolean, Number, String, List and Map. May use the root only. Thread-safe.
 *
 * <p>Source: RFC 8259; YAML 1.2.2, §10.3.2.
 */
@NullMarked
package dev.weir.json;

import org.jspecify.annotations.NullMarked;
