/**
 * Parses YAML texts into trees of nodes with their places, within limits of size, depth and aliases. Collects the problems
 * of a configuration.
 *
 * <p>The only user of SnakeYAML. May use json for numbers. Nodes and problems are immutable; a list of problems belongs to
 * one thread.
 */
@NullMarked
package dev.weir.config.yaml;

import org.jspecify.annotations.NullMarked;
