/**
 * The configuration: YAML files to immutable records, with every problem at its file, line and column.
 *
 * <p>May use binding. Everything handed out is immutable.
 */
@NullMarked
package dev.weir.config;

import org.jspecify.annotations.NullMarked;
