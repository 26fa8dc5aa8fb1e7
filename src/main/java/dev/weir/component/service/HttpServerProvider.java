package dev.weir.component.service;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.ProcessEnvironment;
import dev.weir.component.ProcessPermission;
import dev.weir.component.http.HttpCalls;
import dev.weir.component.http.Upstreams;
import dev.weir.config.HttpServerConfig;
import dev.weir.config.HttpServerConfig.HealthCheck;
import dev.weir.config.HttpServerConfig.ManagedCommand;
import dev.weir.process.Command;
import dev.weir.process.HealthProbe;
import dev.weir.process.ManagedProcess;
import dev.weir.process.Service;
import dev.weir.process.Supervisor;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.Shutdown.Phase;
import dev.weir.stream.Timers;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes the components of type {@code http-server}. At the shutdown it ends their processes. */
@ApplicationScoped
public class HttpServerProvider implements ComponentProvider<HttpServerConfig> {
    private static final Duration CONNECTION_INTERVAL = Duration.ofSeconds(5);
    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

    private Pools pools;
    private Settings settings;
    private Upstreams upstreams;
    private Supervisor supervisor;

    /** For CDI client proxies. */
    protected HttpServerProvider() {}

    @Inject
    public HttpServerProvider(Pools pools, Settings settings, Upstreams upstreams) {
        this.pools = pools;
        this.settings = settings;
        this.upstreams = upstreams;
    }

    @PostConstruct
    public void start() {
        supervisor = new Supervisor(pools.processes(), pools.timers());
        pools.shutdown().register(Phase.STOP_PROCESSES, "services", supervisor::close);
    }

    @Override
    public Class<HttpServerConfig> configuration() {
        return HttpServerConfig.class;
    }

    @Override
    public Component create(HttpServerConfig config, EnvironmentVariables environment) {
        ProcessPermission.require(settings.processes(), config);
        HttpCalls calls = calls(config, false, true);
        try {
            HttpCalls callsElsewhere = calls(config, settings.upstreams().denyPrivate(), false);
            try {
                ManagedProcess process = supervisor.start(service(config), probe(config), environment::mask);
                return new HttpServerComponent(
                        config, process, calls, callsElsewhere, pools.tasks(), new Timers(pools.timers()));
            } catch (RuntimeException | Error e) {
                callsElsewhere.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            calls.close();
            throw e;
        }
    }

    /**
     * Calls with the settings of a component.
     *
     * @param direct whether the calls go to the process itself
     */
    private HttpCalls calls(HttpServerConfig config, boolean denyPrivate, boolean direct) {
        return HttpCalls.of(
                config.transport(), denyPrivate, settings, pools, upstreams.lease(config.transport(), direct));
    }

    private HealthProbe probe(HttpServerConfig config) {
        HealthCheck check = config.healthCheck();
        return check == null
                ? new HealthProbe.Connection(config.port(), CONNECTION_TIMEOUT)
                : new HealthProbe.Http(
                        HttpClient.newBuilder()
                                .connectTimeout(HttpCalls.connectTimeout(config.transport()))
                                .executor(pools.http())
                                .build(),
                        URI.create("http://" + HealthProbe.HOST + ":" + config.port() + check.path()),
                        check.timeout());
    }

    private static Service service(HttpServerConfig config) {
        HealthCheck check = config.healthCheck();
        Service.Health health = check == null
                ? new Service.Health(false, CONNECTION_INTERVAL, 1, Duration.ZERO, config.startTimeout())
                : new Service.Health(
                        true, check.interval(), check.retries(), check.startPeriod(), config.startTimeout());
        ManagedCommand process = config.process();
        Map<String, String> variables =
                ProcessEnvironment.of(process.inheritEnvironment(), process.environment(), System.getenv());
        return new Service(
                config.id(),
                config.port(),
                Stream.of(process.install(), process.build())
                        .flatMap(script -> commands(script, process, variables).stream())
                        .toList(),
                commands(process.start(), process, variables),
                commands(process.clean(), process, variables),
                health);
    }

    private static List<Command> commands(
            List<List<String>> script, ManagedCommand process, Map<String, String> variables) {
        return script.stream()
                .map(words -> new Command(words, process.workingDirectory(), variables))
                .toList();
    }

    /** Runs the shutdown while the pools still have threads: the container decides the order in which it destroys beans. */
    void applicationEnds(
            @Observes(notifyObserver = Reception.IF_EXISTS) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        pools.shutdown().run();
    }
}
