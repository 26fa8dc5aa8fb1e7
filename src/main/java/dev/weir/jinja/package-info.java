/**
 * The part of the Jinja language that chat templates use, as Python's jinja2 renders it. The statements are {@code for}, {@code
 * if}, {@code set}, {@code macro}, {@code with}, {@code filter}, {@code raw} and loop controls. All expressions are supported,
 * and the filters, tests and methods that templates use. White space is trimmed as with {@code trim_blocks} and {@code
 * lstrip_blocks}.
 *
 * <p>Values are plain: null (None), Boolean, Long, Double, String, List and Map. A template sees nothing else, reaches no Java
 * object, loads no other template and changes none of its inputs.
 *
 * <p>Each operation charges a {@link dev.weir.jinja.Budget} before it begins: work, memory of all values, time and depth. A
 * parsed template is immutable and thread-safe. May use the root package only, for its exceptions.
 *
 * <p>Source: the documentation of Jinja 3.1; where it is silent, the behaviour of jinja2 3.1.
 */
@NullMarked
package dev.weir.jinja;

import org.jspecify.annotations.NullMarked;
