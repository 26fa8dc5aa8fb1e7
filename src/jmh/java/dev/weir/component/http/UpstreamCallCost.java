package dev.weir.component.http;

import com.sun.management.OperatingSystemMXBean;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.config.ActionConfig;
import dev.weir.config.HttpClientConfig;
import dev.weir.config.reader.Configurations;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.upstream.ClientOptions;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.jetty.UpstreamClients;
import dev.weir.upstream.proxy.Proxies;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Measures the processor time of one call to an upstream, from the request to the last chunk. The upstream is
 * {@link UpstreamServerMain} in a separate process. On Linux the compiler threads of the JVM are not counted.
 *
 * <p>Arguments: the number of rounds (default 3), and the calls of one chunk in a round (default 4000).
 */
public final class UpstreamCallCost implements AutoCloseable {
    private static final int[] CONCURRENCY = {1, 16, 256};
    private static final int BURST = 1000;
    private static final int MANY_CHUNKS = 200;
    /** The number of calls of one chunk for each call of 200 chunks. */
    private static final int FEWER = 4;

    private static final long TICK_NANOS = 10_000_000;
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Process upstream;
    private final String url;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService tasks =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final ExecutorService http = Executors.newCachedThreadPool();

    private UpstreamCallCost() throws IOException {
        upstream = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        UpstreamServerMain.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader told =
                new BufferedReader(new InputStreamReader(upstream.getInputStream(), StandardCharsets.US_ASCII));
        url = "http://127.0.0.1:" + told.readLine();
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int calls = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4000;
        try (UpstreamCallCost cost = new UpstreamCallCost()) {
            cost.run(rounds, calls);
        }
    }

    private void run(int rounds, int calls) throws Exception {
        HttpClientComponent one = component(1);
        HttpClientComponent many = component(MANY_CHUNKS);
        System.out.println("CPU per call, microseconds; one line a round");
        measure("warm-up, 1 chunk, 16 at once", one, 1, calls, 16);
        measure("warm-up, 200 chunks, 16 at once", many, MANY_CHUNKS, calls / FEWER, 16);
        for (int round = 0; round < rounds; round++) {
            for (int concurrency : CONCURRENCY) {
                measure("1 chunk, " + concurrency + " at once", one, 1, calls, concurrency);
                measure("200 chunks, " + concurrency + " at once", many, MANY_CHUNKS, calls / FEWER, concurrency);
            }
        }
        measure("burst of 1,000 at once, 1 chunk", one, 1, BURST, BURST);
        for (int round = 0; round < rounds; round++) {
            measure("1 chunk, 16 at once after the burst", one, 1, calls, 16);
            measure("200 chunks, 16 at once after the burst", many, MANY_CHUNKS, calls / FEWER, 16);
        }
    }

    private HttpClientComponent component(int chunks) {
        HttpClientConfig config = (HttpClientConfig)
                Configurations.of("""
                workflow:
                  title: t
                component:
                  type: http-client
                  base_url: %s
                  path: /%d
                  body: {stream: true, messages: [{role: user, content: "${input.prompt}"}]}
                  stream_format: json
                  output: ${response[].choices[0].delta.content}
                """.formatted(url, chunks)).components().get(0);
        return new HttpClientComponent(config, calls(config));
    }

    /** The calls with the server's code, on threads of this program. */
    private HttpCalls calls(HttpClientConfig config) {
        UpstreamClient client = UpstreamClients.start(
                new ClientOptions(
                        HttpCalls.connectTimeout(config.transport()),
                        ClientOptions.DEFAULT_IDLE,
                        Upstreams.protocol(config.transport().httpVersion()),
                        config.transport().tls(),
                        Proxies.NONE,
                        1024,
                        1024,
                        1,
                        () -> {}),
                http,
                timers);
        HttpLimits limits = new HttpLimits(64, 1 << 20, 1 << 20, 16 << 20);
        return new HttpCalls(
                config.transport(),
                limits,
                new HttpExchange(client, false),
                new Tasks(tasks),
                new Timers(timers),
                client::close);
    }

    private static void measure(String name, HttpClientComponent component, int chunks, int calls, int concurrency)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(concurrency);
        AtomicInteger left = new AtomicInteger(calls);
        long began = System.nanoTime();
        long cpu = cpuNanos();
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < concurrency; i++) {
            callers.add(threads.submit(() -> {
                while (left.getAndDecrement() > 0) {
                    call(component, chunks);
                }
                return null;
            }));
        }
        for (Future<?> caller : callers) {
            caller.get();
        }
        double perCall = (cpuNanos() - cpu) / 1e3 / calls;
        double perSecond = calls * 1e9 / (System.nanoTime() - began);
        threads.shutdown();
        System.out.printf("%-42s %9.1f us   %8.0f calls/s%n", name, perCall, perSecond);
    }

    private static void call(HttpClientComponent component, int chunks) throws InterruptedException {
        Bindings scope = Bindings.empty().with(Source.INPUT, Map.of("prompt", "Tell me a story"));
        AtomicInteger came = new AtomicInteger();
        Output output = component
                .call(new Invocation(ActionConfig.ONLY_ACTION, scope, new Cancellation()))
                .join();
        BlockingReader.readAll(((Output.Streamed) output).chunks(), chunk -> came.incrementAndGet() <= chunks);
        if (came.get() != chunks) {
            throw new IllegalStateException(came + " chunks of " + chunks);
        }
    }

    /** Returns the processor time of this process without its compiler threads. */
    private static long cpuNanos() throws IOException {
        return SYSTEM.getProcessCpuTime() - compilingNanos();
    }

    private static long compilingNanos() throws IOException {
        Path tasks = Path.of("/proc/self/task");
        if (!Files.isDirectory(tasks)) {
            return 0;
        }
        long ticks = 0;
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                String stat = stat(thread);
                int name = stat.indexOf('(') + 1;
                if (stat.startsWith("C1 ", name) || stat.startsWith("C2 ", name)) {
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                }
            }
        }
        return ticks * TICK_NANOS;
    }

    /** Returns the thread's data; empty for a thread that has just ended. */
    private static String stat(Path thread) {
        try {
            return Files.readString(thread.resolve("stat"));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        upstream.destroy();
        timers.shutdownNow();
        http.shutdownNow();
        tasks.shutdownNow();
    }
}
