package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A plain HTTP client of one deployed WAR. */
final class WeirClient {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI base;
    private final String api;

    WeirClient(URL base) {
        this(base, "api");
    }

    /**
     * Creates a client.
     *
     * @param api the API's base path, relative to {@code base}
     */
    WeirClient(URL base, String api) {
        this.base = URI.create(base.toString());
        this.api = api;
    }

    URI at(String path) {
        return base.resolve(path);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(at(path)).build(), BodyHandlers.ofString());
    }

    /** Sends a number of equal requests at the same time, and waits for all responses. */
    void getAtOnce(String path, int requests) {
        List<CompletableFuture<HttpResponse<Void>>> responses = Stream.generate(
                        () -> client.sendAsync(HttpRequest.newBuilder(at(path)).build(), BodyHandlers.discarding()))
                .limit(requests)
                .toList();
        responses.forEach(CompletableFuture::join);
    }

    HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(at(path)).DELETE().build(), BodyHandlers.ofString());
    }

    /** Sends any request; {@code headers} are alternating names and values. */
    HttpResponse<String> request(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path)).method(method, BodyPublishers.noBody());
        return client.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String contentType, String body) throws IOException, InterruptedException {
        return client.send(request(contentType, body), BodyHandlers.ofString());
    }

    HttpResponse<String> run(String body) throws IOException, InterruptedException {
        return post("application/json", body);
    }

    HttpResponse<String> run(String body, String accept) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(request("application/json", body), (name, value) -> true)
                .header("Accept", accept)
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** Returns the response as soon as its headers have arrived. */
    HttpResponse<InputStream> open(String body) throws IOException, InterruptedException {
        return client.send(request("application/json", body), BodyHandlers.ofInputStream());
    }

    /** Starts a stream of events, disconnects at its first byte, and returns its task. */
    String hangUp(String body) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = open(body);
        assertThat(response.body().read()).isEqualTo('d');
        response.body().close();
        return response.headers().firstValue("X-Task-Id").orElseThrow();
    }

    /** Returns the response of a GET as soon as its headers have arrived; {@code headers} are alternating names and values. */
    HttpResponse<InputStream> openGet(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
        return client.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(), BodyHandlers.ofInputStream());
    }

    private HttpRequest request(String contentType, String body) {
        return HttpRequest.newBuilder(at(api + "/workflows/runs"))
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    /** A JSON object. */
    @SuppressWarnings("unchecked") // The keys of a JSON object are texts.
    static Map<String, Object> object(String json) {
        return (Map<String, Object>) Json.parse(json);
    }

    /** Polls until the task has that status, for at most 30 seconds. */
    Map<String, Object> awaitTask(String taskId, String status) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(30);
        while (true) {
            Map<String, Object> task = object(get(api + "/tasks/" + taskId).body());
            if (status.equals(task.get("status")) || Instant.now().isAfter(deadline)) {
                return task;
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** A condition that is checked again until it is true. */
    @FunctionalInterface
    interface Question {
        boolean ask() throws IOException, InterruptedException;
    }

    /** Polls until the condition is true, for at most 60 seconds. */
    void await(Question question, String what) throws IOException, InterruptedException {
        await(question, what, 60);
    }

    /** Polls until the condition is true, for at most {@code seconds}. */
    static void await(Question question, String what, long seconds) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(seconds);
        while (!question.ask()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("waited in vain: " + what);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    /** Polls a starting server until the health is 200, for at most three minutes. */
    void awaitStart() throws IOException, InterruptedException {
        await(this::isWell, "the server's start", 180);
    }

    /** Whether the health is 200; false also if no server listens. */
    boolean isWell() throws InterruptedException {
        try {
            return get(api + "/health").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Polls until the health is 200, for at most 60 seconds. */
    void awaitReady() throws IOException, InterruptedException {
        awaitHealth(200);
    }

    /** Polls until the health has that status, for at most 60 seconds. */
    void awaitHealth(int status) throws IOException, InterruptedException {
        awaitStatus(api + "/health", status);
    }

    /** Polls until a path answers with that status, for at most 60 seconds. */
    void awaitStatus(String path, int status) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(60);
        while (get(path).statusCode() != status) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError(
                        "'" + path + "' is not " + status + ": " + get(path).body());
            }
            LockSupport.parkNanos(100_000_000);
        }
    }
}
