package dev.weir.runtime;

import java.time.Duration;

/**
 * The limits of the tools of the Model Context Protocol, with their keys.
 *
 * @param taskAfter {@code weir.mcp.task-after}: the time after which a client that can poll gets a task in place of a result; 0
 *     for never
 */
public record McpSettings(Duration taskAfter) {}
