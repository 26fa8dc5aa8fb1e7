package dev.weir.config;

import dev.weir.config.yaml.Location;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service that Weir starts, watches and calls on this machine.
 *
 * @param port where it listens
 * @param basePath what stands between the port and an action's path; empty, or with a leading slash
 * @param process how it is started
 * @param healthCheck how to see that it is ready; null for a TCP connect
 * @param startTimeout how long a run waits for it
 */
public record HttpServerConfig(
        String id,
        boolean isDefault,
        int port,
        String basePath,
        ManagedCommand process,
        @Nullable HealthCheck healthCheck,
        Duration startTimeout,
        HttpTransport transport,
        List<HttpAction> actions,
        Location location)
        implements ComponentConfig {
    public static final String TYPE = "http-server";

    public HttpServerConfig {
        actions = List.copyOf(actions);
    }

    @Override
    public String type() {
        return TYPE;
    }

    /**
     * The commands of a service, each a list of lists of words: several commands run one after another, without a shell.
     *
     * @param start the last of its commands is the service
     * @param workingDirectory absolute
     * @param environment added to what they inherit; {@code ${env.…}} is resolved
     * @param inheritEnvironment the server's variables that they inherit besides those that every program needs: names, which
     *     may end in {@code *}
     */
    public record ManagedCommand(
            List<List<String>> install,
            List<List<String>> build,
            List<List<String>> clean,
            List<List<String>> start,
            Path workingDirectory,
            Map<String, String> environment,
            List<String> inheritEnvironment) {

        public ManagedCommand {
            install = List.copyOf(install);
            build = List.copyOf(build);
            clean = List.copyOf(clean);
            start = List.copyOf(start);
            inheritEnvironment = List.copyOf(inheritEnvironment);
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        }
    }

    /**
     * The request that tells whether the service is ready: any 2xx.
     *
     * @param path with a leading slash
     * @param retries how many checks in a row must fail before the service counts as ill
     * @param startPeriod how long failures do not count after the start
     */
    public record HealthCheck(String path, Duration interval, Duration timeout, int retries, Duration startPeriod) {}
}
