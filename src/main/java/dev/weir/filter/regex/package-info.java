/**
 * Regular expressions in time that is linear in the text: a parser, and an automaton without backtracking. The automaton
 * also shows whether a match may still continue. Patterns of the configuration are searched by backtracking in bounded
 * steps ({@code BoundedPattern}).
 *
 * <p>May use the root only. A compiled program is immutable and thread-safe; an automaton that runs belongs to one thread.
 *
 * <p>Source: K. Thompson, "Regular Expression Search Algorithm", 1968; R. Cox, "Regular Expression Matching Can Be Simple
 * And Fast", 2007.
 */
@NullMarked
package dev.weir.filter.regex;

import org.jspecify.annotations.NullMarked;
