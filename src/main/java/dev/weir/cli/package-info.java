/**
 * The command line of the WAR: {@code java -jar weir.war validate|schema|pull|run|up}. {@link dev.weir.cli.WeirCommand} runs one
 * command and returns its exit status.
 *
 * <p>A process without a server: no class of the application uses this package, and no server loads it. The commands of the
 * configuration work in the process; a run is always the work of a server, of which this package is a client.
 *
 * <p>One thread a command, which may block. May use component.model (the choice of a model's files), config, config.reader,
 * config.schema, config.yaml, binding, hub and json.
 */
@NullMarked
package dev.weir.cli;

import org.jspecify.annotations.NullMarked;
