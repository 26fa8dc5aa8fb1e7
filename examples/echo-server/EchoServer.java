import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Repeats the prompt word by word as an OpenAI-style chat completion. It needs only a JDK:
 * {@code java EchoServer.java --port 8000}. {@code ECHO_DELAY_MS} sets the pause between two words, 50 ms by default.
 */
public final class EchoServer {
    private static final Pattern CONTENT = Pattern.compile("\"content\"\\s*:\\s*\"");
    private static final Pattern STREAM = Pattern.compile("\"stream\"\\s*:\\s*true");
    private static final long DELAY_MILLIS =
            Long.parseLong(System.getenv().getOrDefault("ECHO_DELAY_MS", "50"));

    private EchoServer() {}

    public static void main(String[] words) throws IOException {
        int port = words.length == 2 && words[0].equals("--port") ? Integer.parseInt(words[1]) : 8000;
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/health", exchange -> answer(exchange, 200, "text/plain", "ok"));
        server.createContext("/v1/chat/completions", EchoServer::complete);
        server.start();
        System.out.println("listening on port " + port);
    }

    private static void complete(HttpExchange exchange) throws IOException {
        String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        // The last message's text with its JSON escapes. Its parts are still valid JSON, since they are cut at spaces.
        String text = "";
        for (Matcher matcher = CONTENT.matcher(request); matcher.find(); ) {
            text = request.substring(matcher.end(), closingQuote(request, matcher.end()));
        }
        System.out.println("repeating " + text.length() + " characters");
        if (STREAM.matcher(request).find()) {
            stream(exchange, text);
        } else {
            answer(exchange, 200, "application/json", "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                    + "\"content\":\"" + text + "\"},\"finish_reason\":\"stop\"}]}");
        }
    }

    private static int closingQuote(String json, int from) {
        int at = from;
        while (at < json.length() && json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, json.length());
    }

    private static void stream(HttpExchange exchange, String text) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            send(out, "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
            for (String word : text.split("(?= )")) {
                send(out, "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + word + "\"}}]}");
                Thread.sleep(DELAY_MILLIS);
            }
            send(out, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
            send(out, "[DONE]");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
