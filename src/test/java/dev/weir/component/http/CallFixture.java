package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.binding.Source;
import dev.weir.component.Given;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.WorkflowCalls;
import dev.weir.config.ActionConfig;
import dev.weir.config.ComposeConfig;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.HttpTransport;
import dev.weir.config.reader.Configurations;
import dev.weir.json.Json;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Cancellation;
import dev.weir.stream.FaultyExecutor;
import dev.weir.stream.Received;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.telemetry.CallMeter;
import dev.weir.telemetry.TraceContext;
import dev.weir.upstream.ClientOptions;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.jetty.UpstreamClients;
import dev.weir.upstream.proxy.Proxies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Calls a component of type {@code http-client} as a run does. */
public final class CallFixture implements AutoCloseable {
    private static final int CAPACITY_BYTES = 1 << 20;

    final Cancellation cancellation = new Cancellation();
    private final ExecutorService http = Executors.newCachedThreadPool();
    private final ExecutorService tasks = Executors.newCachedThreadPool();
    private @Nullable FaultyExecutor faults;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    /** Keyed by the properties that distinguish clients, as in the server. */
    private final Map<List<Object>, UpstreamClient> clients = new ConcurrentHashMap<>();

    private boolean denyPrivate;
    private Duration idle = ClientOptions.DEFAULT_IDLE;
    private Proxies proxies = Proxies.NONE;
    private int maxConnections = 1024;
    private int maxWaiting = 1024;
    private EnvironmentVariables environment = EnvironmentVariables.none();
    private TraceContext trace = TraceContext.NONE;
    private @Nullable Object input = Map.of("prompt", "hi");

    CallFixture proxies(Proxies chosen) {
        proxies = chosen;
        return this;
    }

    CallFixture idle(Duration kept) {
        idle = kept;
        return this;
    }

    CallFixture connections(int most, int waiting) {
        maxConnections = most;
        maxWaiting = waiting;
        return this;
    }

    /** Takes threads and timers of calls from {@code executor}, except for the HTTP client. */
    CallFixture faults(FaultyExecutor executor) {
        faults = executor;
        return this;
    }

    /** From now on every timer is refused, as during a shutdown. */
    void refuseTimers() {
        timers.shutdownNow();
    }

    CallFixture denyingPrivate() {
        denyPrivate = true;
        return this;
    }

    CallFixture input(@Nullable Object value) {
        input = value;
        return this;
    }

    CallFixture tracing(TraceContext ofRun) {
        trace = ofRun;
        return this;
    }

    CallFixture environment(EnvironmentVariables variables) {
        environment = variables;
        return this;
    }

    /** The lines of a component in the OpenAI style at {@code url}, with {@code more} of its keys, each {@code key: value}. */
    static String openAi(String url, String... more) {
        StringBuilder yaml = new StringBuilder("component:\n  type: http-client\n  base_url: " + url
                + "\n  path: /v1\n  body: {stream: true}\n  stream_format: json\n"
                + "  output: ${response[].choices[0].delta.content}\n");
        for (String line : more) {
            yaml.append("  ").append(line).append('\n');
        }
        return yaml.toString();
    }

    HttpClientComponent component(String yaml) {
        ComposeConfig config = Configurations.of(yaml + "workflow:\n  title: t\n", Map.of());
        return component((HttpClientConfig) config.components().get(0));
    }

    HttpClientComponent component(HttpClientConfig config) {
        return component(config, new HttpLimits(16, CAPACITY_BYTES, 64 * 1024, 1 << 20));
    }

    HttpClientComponent component(HttpClientConfig config, HttpLimits limits) {
        return new HttpClientComponent(config, calls(config.transport(), limits));
    }

    public HttpCalls calls(HttpTransport transport, HttpLimits limits) {
        List<Object> key = List.of(HttpCalls.connectTimeout(transport), transport.httpVersion(), transport.tls());
        UpstreamClient client = clients.computeIfAbsent(key, absent -> client(transport));
        return new HttpCalls(transport, limits, new HttpExchange(client, denyPrivate), tasks(), timers(), () -> {});
    }

    /** Tasks on the threads of the fixture. */
    public Tasks tasks() {
        return new Tasks(faults == null ? tasks : faults);
    }

    public Timers timers() {
        return new Timers(faults == null ? timers : faults.timers());
    }

    private UpstreamClient client(HttpTransport transport) {
        return UpstreamClients.start(
                new ClientOptions(
                        HttpCalls.connectTimeout(transport),
                        idle,
                        Upstreams.protocol(transport.httpVersion()),
                        transport.tls(),
                        proxies,
                        maxConnections,
                        maxWaiting,
                        1,
                        () -> {}),
                http,
                timers);
    }

    Output invoke(String yaml) throws InterruptedException {
        return invoke(component(yaml));
    }

    Output invoke(HttpClientComponent component) throws InterruptedException {
        return Given.by(call(component, cancellation));
    }

    CompletableFuture<Output> call(HttpClientComponent component, Cancellation run) {
        Bindings scope = Bindings.empty().withEnvironment(environment).with(Source.INPUT, input);
        return component.call(new Invocation(
                ActionConfig.ONLY_ACTION, scope, run, trace, CallMeter.NONE, WorkflowCalls.NONE, Map.of()));
    }

    /** The chunks before the end, and the failure if the stream failed. */
    record Outcome(List<Object> chunks, @Nullable WeirException failure) {
        String text() {
            assertThat(failure).isNull();
            return String.join("", chunks.stream().map(String::valueOf).toList());
        }
    }

    /** The whole stream of a call, or its failure. */
    Outcome outcome(String yaml) throws InterruptedException {
        return outcome(component(yaml));
    }

    Outcome outcome(HttpClientComponent component) throws InterruptedException {
        List<Object> chunks = new ArrayList<>();
        try {
            Output output = invoke(component);
            if (output instanceof Output.Value value) {
                return new Outcome(List.of(Json.write(value.value())), null);
            }
            BlockingReader.readAll(((Output.Streamed) output).chunks(), chunks::add);
            return new Outcome(chunks, null);
        } catch (WeirException e) {
            return new Outcome(chunks, e);
        }
    }

    /** The failure of a call before its first chunk. */
    WeirException failure(String yaml) {
        return catchThrowableOfType(WeirException.class, () -> invoke(yaml));
    }

    /** The next chunk of a stream. */
    static Object first(Output output) throws InterruptedException {
        return ((Received.Chunk) BlockingReader.take(((Output.Streamed) output).chunks())).value();
    }

    /** Waits until {@code condition} holds. */
    public static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the time for it").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        cancellation.cancel("the test is over");
        clients.values().forEach(UpstreamClient::close);
        http.shutdownNow();
        tasks.shutdownNow();
        timers.shutdownNow();
    }
}
