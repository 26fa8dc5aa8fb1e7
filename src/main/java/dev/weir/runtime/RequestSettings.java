package dev.weir.runtime;

import java.time.Duration;
import java.util.List;

/**
 * The limits of client requests, with their keys. Immutable.
 *
 * @param maxBodyBytes {@code weir.http.max-body}, bytes: the largest request body
 * @param bodyTimeout {@code weir.http.body-timeout}: the longest time without a byte of a request body; the whole body may take
 *     twenty times as long
 * @param bodyMemoryBytes {@code weir.http.body-memory}, bytes: the most memory of all request bodies and the inputs read from
 *     them, together
 * @param maxValues {@code weir.http.max-values}: the most values in the JSON of a request
 * @param maxTextLength {@code weir.http.max-text}, characters: the longest text in a request
 * @param maxFiles {@code weir.http.max-files}: the most files in a form
 * @param hosts {@code weir.http.hosts}: the host names under which browsers reach this server's page; empty if not set
 * @param getRuns {@code weir.http.get-runs}: whether GET starts runs, too
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
