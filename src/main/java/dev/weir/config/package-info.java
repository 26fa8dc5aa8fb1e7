/**
 * The configuration as immutable records, one for each mapping of the language, and the conditions that jobs test.
 *
 * <p>May use config.yaml for locations, binding for templates, filter for compiled filters, filter.regex for patterns, and
 * upstream.tls for keys and certificates. Immutable and thread-safe. {@code config.reader} makes the records from files;
 * {@code config.schema} derives a workflow's input and output from them.
 */
@NullMarked
package dev.weir.config;

import org.jspecify.annotations.NullMarked;
