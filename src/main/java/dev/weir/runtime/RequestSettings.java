package dev.weir.runtime;

import java.time.Duration;
import java.util.List;

/**
 * Bounds of the requests of clients. The keys of the server's configuration stand with them.
 *
 * @param maxBodyBytes {@code weir.http.max-body}, bytes: the largest request body
 * @param bodyTimeout {@code weir.http.body-timeout}: how long a request body may bring nothing; all of it may take twenty times that
 * @param bodyMemoryBytes {@code weir.http.body-memory}, bytes: what the bodies of all requests, and the inputs read from them, take together
 * @param maxValues {@code weir.http.max-values}: the most values in the JSON of a request
 * @param maxTextLength {@code weir.http.max-text}, characters: the longest text in a request
 * @param maxFiles {@code weir.http.max-files}: the most files in a form
 * @param hosts {@code weir.http.hosts}: the names by which browsers reach this server's page; empty for those that are known otherwise
 * @param getRuns {@code weir.http.get-runs}: whether runs are started by GET, too
 */
public record RequestSettings(
        int maxBodyBytes,
        Duration bodyTimeout,
        int bodyMemoryBytes,
        int maxValues,
        int maxTextLength,
        int maxFiles,
        List<String> hosts,
        boolean getRuns) {
    public RequestSettings {
        hosts = List.copyOf(hosts);
    }
}
