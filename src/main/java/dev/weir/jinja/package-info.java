/**
 * The part of the Jinja language that chat templates are written in, as Python's jinja2 renders it: statements {@code for},
 * {@code if}, {@code set}, {@code macro}, {@code with}, {@code filter}, {@code raw} and loop controls, all expressions, and
 * the filters, tests and methods of Python's texts, lists and mappings that templates use. Whitespace is trimmed as
 * {@code trim_blocks} and {@code lstrip_blocks} do.
 *
 * <p>Values are plain: null (None), Boolean, Long, Double, String, List and Map. A template sees nothing else, reaches no
 * Java object, loads no other template and changes none of its inputs. Each operation charges a {@link dev.weir.jinja.Budget}
 * before it is done: work, memory of all values, time and depth. A parsed template is immutable and thread-safe. Depends on nothing but the root's exceptions.
 *
 * <p>Source: the documentation of Jinja 3.1, and what jinja2 3.1 does where that is silent.
 */
@NullMarked
package dev.weir.jinja;

import org.jspecify.annotations.NullMarked;
