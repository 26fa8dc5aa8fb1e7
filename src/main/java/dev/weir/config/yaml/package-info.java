/**
 * YAML texts to trees whose nodes know where they stand, within limits of size, depth and aliases, and the problems that are
 * found in them.
 *
 * <p>The only user of SnakeYAML. May use json for numbers. Nodes and problems are immutable; a list of problems belongs to one
 * thread.
 */
@NullMarked
package dev.weir.config.yaml;

import org.jspecify.annotations.NullMarked;
