/**
 * Components that split texts: {@code text-splitter} by size, {@code sentence-splitter} at the ends of sentences. A splitter is
 * plain Java without threads: it takes text piece by piece and gives what it can already cut off.
 *
 * <p>Sentences follow the rules of Unicode Standard Annex #29, which are written out here. Neither {@code java.text.BreakIterator}
 * nor ICU is used: both cut after "Dr." and between a Korean quotation and its particle, the first ignores line breaks, and
 * neither tells whether later text can still move a boundary. A stream of chunks needs that answer.
 *
 * <p>May use component with its dependencies, and json for the memory of results. The work of a call runs on task threads,
 * a chunk at a time.
 */
@NullMarked
package dev.weir.component.text;

import org.jspecify.annotations.NullMarked;
