package dev.weir.component.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server on loopback that answers each request as a test defines, and records its requests. */
public final class FakeUpstream implements AutoCloseable {

    /** A received request. */
    public record Request(String method, String target, Map<String, List<String>> headers, String body) {
        public String header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst().orElse("");
        }
    }

    /** Writes an answer. An exception means that the client has disconnected. */
    @FunctionalInterface
    public interface Answer {
        void write(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Exception> abandoned = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile Answer answer;

    public FakeUpstream(Answer answer) throws IOException {
        this.answer = answer;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** An answer that throws breaks its connection. */
    private void handle(HttpExchange exchange) throws IOException {
        requests.add(new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        open.incrementAndGet();
        try {
            answer.write(exchange);
            exchange.close();
        } catch (IOException | InterruptedException e) {
            abandoned.add(e);
            throw new IOException("broken off", e);
        } finally {
            open.decrementAndGet();
        }
    }

    /** The number of requests that are being answered. */
    public int open() {
        return open.get();
    }

    public void answers(Answer answer) {
        this.answer = answer;
    }

    /** The URL, such as {@code http://127.0.0.1:41235}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Waits for the next request. */
    public Request request() throws InterruptedException {
        Request request = requests.poll(20, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request was made");
        }
        return request;
    }

    /** Whether {@link #request} has returned all requests. */
    public boolean idle() {
        return requests.isEmpty();
    }

    /** Drops the requests that {@link #request} has not returned. */
    public void forgetRequests() {
        requests.clear();
    }

    /** Waits until a client disconnects before the end of its answer. */
    public boolean awaitAbandoned() throws InterruptedException {
        return abandoned.poll(20, TimeUnit.SECONDS) != null;
    }

    /** A stream of server-sent events, with a flush after each piece. */
    public static Answer events(String... pieces) {
        return exchange -> {
            OutputStream out = begin(exchange, "text/event-stream; charset=utf-8");
            for (String piece : pieces) {
                out.write(piece.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            out.close();
        };
    }

    /** Events until the client disconnects. */
    public static Answer endless(String event) {
        return exchange -> {
            OutputStream out = begin(exchange, "text/event-stream");
            while (!Thread.currentThread().isInterrupted()) {
                out.write(event.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        };
    }

    /** One event, and then silence until {@code over}. */
    public static Answer silentAfter(String event, CountDownLatch over) {
        return exchange -> {
            OutputStream out = begin(exchange, "text/event-stream");
            out.write(event.getBytes(StandardCharsets.UTF_8));
            out.flush();
            over.await();
        };
    }

    /** A whole answer. */
    public static Answer whole(int status, String contentType, String body) {
        return exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    public static OutputStream begin(HttpExchange exchange, String contentType) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    /** A chunk of the OpenAI stream with that text. */
    public static String openAi(String content) {
        return openAiJson(Json.write(content));
    }

    /** A chunk of the OpenAI stream with that JSON in the text's place. */
    public static String openAiJson(String content) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                + content
                + "},\"finish_reason\":null}]}\n\n";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
