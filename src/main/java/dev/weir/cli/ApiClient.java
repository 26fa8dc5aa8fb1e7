package dev.weir.cli;

import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A client of a server's API. Blocks. */
final class ApiClient {
    /** The longest answer of the server that is read whole, in bytes; the server's own limits are lower. */
    static final int MOST_BYTES = 256 << 20;

    private static final int MOST_PROBLEM_BYTES = 1 << 20;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration WORKFLOWS = Duration.ofSeconds(30);
    private static final Duration STATE = Duration.ofSeconds(5);

    private final URI api;
    private final Optional<String> key;
    /** Follows no redirect, so that the key reaches no other host. */
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /**
     * Makes a client.
     *
     * @param api the address of the API, without a slash at its end
     * @param key sent with each request; a secret
     */
    ApiClient(URI api, Optional<String> key) {
        this.api = api;
        this.key = key;
    }

    /**
     * The health of a server.
     *
     * @param ready whether runs are served
     * @param detail the document; empty if there is none
     */
    record State(boolean ready, Map<?, ?> detail) {}

    /** Returns the health of the server; not ready while nothing answers. */
    State state() throws InterruptedException {
        try {
            HttpResponse<InputStream> response =
                    client.send(request("/health").timeout(STATE).GET().build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                Object document = json(body.readNBytes(MOST_PROBLEM_BYTES));
                return new State(response.statusCode() == 200, document instanceof Map<?, ?> map ? map : Map.of());
            }
        } catch (IOException e) {
            return new State(false, Map.of());
        }
    }

    /**
     * Starts a run that ends with its connection. The caller closes the body.
     *
     * @throws CommandException with the server's problem if the run was refused or failed before its output
     */
    HttpResponse<InputStream> run(Map<String, @Nullable Object> run) throws IOException, InterruptedException {
        return send(request("/workflows/runs")
                .header("Content-Type", "application/json")
                .header("Accept", "*/*")
                .POST(BodyPublishers.ofByteArray(Json.bytes(run))));
    }

    /**
     * Whether the stream of a workflow is {@code sse-text}: its chunks are text, not JSON.
     *
     * @param workflow empty for the default workflow
     */
    boolean writesText(Optional<String> workflow) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send(
                request("/workflows?include_schema=true").timeout(WORKFLOWS).GET());
        try (InputStream body = response.body()) {
            return json(body.readNBytes(MOST_BYTES)) instanceof List<?> workflows
                    && workflows.stream()
                            .map(Map.class::cast)
                            .filter(known -> workflow.map(id -> id.equals(known.get("workflow_id")))
                                    .orElse(Boolean.TRUE.equals(known.get("default"))))
                            .anyMatch(known -> known.get("output") instanceof List<?> parts
                                    && parts.stream().anyMatch(ApiClient::isText));
        }
    }

    private static boolean isText(@Nullable Object part) {
        return part instanceof Map<?, ?> variable && "sse-text".equals(variable.get("format"));
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), BodyHandlers.ofInputStream());
        } catch (ConnectException | HttpTimeoutException | SSLException e) {
            String reason = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
            throw new CommandException(
                    ExitStatus.UNREACHABLE,
                    "server " + api + " is not reachable" + reason
                            + ": start one with 'up', or name another one with --url");
        }
        if (response.statusCode() / 100 != 2) {
            try (InputStream body = response.body()) {
                throw refused(response.statusCode(), body.readNBytes(MOST_PROBLEM_BYTES));
            }
        }
        return response;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api + path));
        key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    private CommandException refused(int status, byte[] body) {
        if (status == 401) {
            return new CommandException(
                    ExitStatus.REFUSED,
                    "server " + api + " needs a valid key (status 401): set WEIR_KEY or --key-file");
        }
        Object document = json(body);
        String text = document instanceof Map<?, ?> problem && problem.get("title") != null
                ? problem(problem)
                : "server " + api + " answered status " + status + ": check --url";
        return new CommandException(status == 403 ? ExitStatus.REFUSED : ExitStatus.FAILED, text);
    }

    /** The title and the detail of a problem document. */
    static String problem(Map<?, ?> problem) {
        Object detail = problem.get("detail");
        return problem.get("title") + (detail == null ? "" : ": " + detail);
    }

    /** The value of a JSON text; null if the bytes are not JSON. */
    static @Nullable Object json(byte[] bytes) {
        try {
            return Json.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (JsonSyntaxException e) {
            return null;
        }
    }
}
