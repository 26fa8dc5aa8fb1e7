package dev.weir.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of the shutdown, with their keys.
 *
 * @param drain {@code weir.shutdown.drain}: the longest time for runs to finish when the application ends; zero for none
 * @param file {@code weir.shutdown.file}: while this file exists, health is down and new runs are refused; empty for no file
 */
public record ShutdownSettings(Duration drain, Optional<Path> file) {}
