/**
 * Output filters, which find words, patterns and personal data in the output of a workflow, and redact or block them.
 *
 * <p>A filter treats a text that arrives in parts as one text. It keeps back only text that may still become a match. May
 * use filter.regex and stream. Filters are immutable and thread-safe. A {@code RunFilter} belongs to the thread that reads
 * the run's output.
 */
@NullMarked
package dev.weir.filter;

import org.jspecify.annotations.NullMarked;
