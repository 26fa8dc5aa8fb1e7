package dev.weir.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the application ends. The keys of the server's configuration stand with them.
 *
 * @param drain {@code weir.shutdown.drain}: how long runs may go on when the application ends; zero for not at all
 * @param file {@code weir.shutdown.file}: the file that takes this server out of service while it exists; empty for none
 */
public record ShutdownSettings(Duration drain, Optional<Path> file) {}
