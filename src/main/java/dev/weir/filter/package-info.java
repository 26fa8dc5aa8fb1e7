/**
 * What may leave: filters that look for words, patterns and personal data in what a workflow gives, and redact or block it.
 *
 * <p>A filter sees a text that comes in pieces as the one text that it is, and keeps back only what may still become a match.
 * May use filter.regex and stream. Filters are immutable and thread-safe; what filters one run belongs to the
 * thread that reads that run's output.
 */
@NullMarked
package dev.weir.filter;

import org.jspecify.annotations.NullMarked;
