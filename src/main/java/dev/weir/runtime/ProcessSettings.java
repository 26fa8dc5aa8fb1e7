package dev.weir.runtime;

/**
 * The limits of the programs that this server starts, with their keys.
 *
 * @param allowed {@code weir.processes}: whether components may start programs
 * @param maxCommands {@code weir.processes.max-commands}: the most commands of {@code shell} components at the same time
 */
public record ProcessSettings(boolean allowed, int maxCommands) {}
