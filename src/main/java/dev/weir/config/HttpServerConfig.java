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
 * @param port the service's port
 * @param basePath the path before an action's path; empty, or with a leading slash
 * @param process the commands of the service
 * @param healthCheck the check for readiness; null for a TCP connect
 * @param startTimeout the longest time that a run waits for the service
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
     * The commands of a service. Each is a list of lists of words: several commands run one after another, without a shell.
     *
     * @param start the last of its commands is the service
     * @param workingDirectory absolute
     * @param environment added to the inherited variables; {@code ${env.…}} is resolved
     * @param inheritEnvironment names of further variables of the server that the commands inherit, besides those that
     *     every program needs; a name may end in {@code *}
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
     * The request that checks whether the service is ready: every 2xx status means ready.
     *
     * @param path with a leading slash
     * @param retries the number of successive failures after which the service is unhealthy
     * @param startPeriod the time after the start in which failures do not count
     */
    public record HealthCheck(String path, Duration interval, Duration timeout, int retries, Duration startPeriod) {}
}
