package dev.weir.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Checks the health of a service. Thread-safe. */
public interface HealthProbe {
    /** The host name of services on this machine. */
    String HOST = "localhost";

    /** Checks once. Blocks until the answer, at most for the time-out. Returns the problem; empty if the service is healthy. */
    Optional<String> check() throws InterruptedException;

    /** Healthy if the port accepts a connection. */
    record Connection(int port, Duration timeout) implements HealthProbe {
        @Override
        public Optional<String> check() {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(HOST, port), (int) timeout.toMillis());
                return Optional.empty();
            } catch (IOException e) {
                return Optional.of("port " + port + " takes no connection");
            }
        }
    }

    /** Healthy if a GET gives a 2xx status. */
    record Http(HttpClient client, URI uri, Duration timeout) implements HealthProbe {
        @Override
        public Optional<String> check() throws InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(timeout)
                    .build();
            CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request, BodyHandlers.discarding());
            try {
                int status =
                        answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
                return status / 100 == 2 ? Optional.empty() : wrong("answered " + status);
            } catch (TimeoutException e) {
                return wrong("did not answer within " + timeout.toMillis() + " ms");
            } catch (ExecutionException e) {
                boolean late = e.getCause() instanceof java.net.http.HttpTimeoutException;
                return wrong(late ? "did not answer within " + timeout.toMillis() + " ms" : "could not be asked");
            } finally {
                answer.cancel(true);
            }
        }

        private Optional<String> wrong(String what) {
            return Optional.of("the health check " + uri.getPath() + " " + what);
        }
    }
}
