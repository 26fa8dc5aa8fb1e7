package dev.weir.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Answers as the Hub does, with the Hub's headers: the list of a repository's files, and the files. A small file follows a
 * redirect within the Hub, a large file a redirect to a store on another port. Also gives the faults that a test requests.
 */
public final class FakeHub implements AutoCloseable {
    private static final int LARGE = 1_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer hub;
    private final HttpServer store;
    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
    private final Map<String, String> renamed = new ConcurrentHashMap<>();
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, String> gated = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    /** A request to the Hub or to the store. */
    public record Request(boolean atStore, String method, String path, String range, String authorization) {}

    /** A fault of an answer. */
    public sealed interface Fault {
        /** A status instead of the answer. */
        record Status(int status, Map<String, String> headers) implements Fault {}

        /** The connection ends after this number of bytes. */
        record Cut(int bytes) implements Fault {}

        /** The answer stops after this number of bytes; the connection stays open. */
        record Stall(int bytes) implements Fault {}

        /** Other bytes of the same length. */
        record Garbled() implements Fault {}

        /** The whole file for any range. */
        record NoRange() implements Fault {}

        /** This text with status 200, for any request. */
        record Body(String text) implements Fault {}

        /** Single bytes at intervals, without end. */
        record Trickle(int everyMillis) implements Fault {}

        /** A wrong size. */
        record Announced(String size) implements Fault {}
    }

    /** A repository and its files. */
    public static final class Repository {
        private final Map<String, byte[]> files = new LinkedHashMap<>();
        private String commit;

        private Repository(String name) {
            commit = hash("SHA-1", name.getBytes(StandardCharsets.UTF_8));
        }

        public Repository file(String name, String text) {
            files.put(name, text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        /** A file of this size, with content derived from its name. */
        public Repository file(String name, int size) {
            byte[] bytes = new byte[size];
            new Random(name.hashCode()).nextBytes(bytes);
            files.put(name, bytes);
            return this;
        }

        public Repository file(String name, byte[] bytes) {
            files.put(name, bytes);
            return this;
        }

        public byte[] bytes(String name) {
            return files.get(name);
        }

        public String commit() {
            return commit;
        }

        public Repository commit(String next) {
            commit = hash("SHA-1", next.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        /** The Hub's ETag of a file. */
        public String etag(String name) {
            byte[] bytes = files.get(name);
            if (bytes.length >= LARGE) {
                return hash("SHA-256", bytes);
            }
            byte[] head = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8);
            byte[] blob = new byte[head.length + bytes.length];
            System.arraycopy(head, 0, blob, 0, head.length);
            System.arraycopy(bytes, 0, blob, head.length, bytes.length);
            return hash("SHA-1", blob);
        }
    }

    public FakeHub() {
        try {
            hub = start(this::answer);
            store = start(this::answerFromStore);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpServer start(com.sun.net.httpserver.HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.start();
        return server;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    public Repository repository(String name) {
        return repositories.computeIfAbsent(name, Repository::new);
    }

    /** Redirects the old name to the new name. */
    public void rename(String old, String now) {
        renamed.put(old, now);
    }

    /** Only this token may read the repository. */
    public void gate(String name, String token) {
        gated.put(name, token);
    }

    /** Sets the next answers to a {@code GET} of a path with this end. */
    public void fail(String pathEnd, Fault... next) {
        faults.computeIfAbsent(pathEnd, absent -> new ConcurrentLinkedDeque<>()).addAll(List.of(next));
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The store's downloads of a file. */
    public List<Request> downloads(String name) {
        return requests.stream()
                .filter(request -> request.atStore() && request.path().endsWith(name))
                .toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        note(exchange, false);
        String path = exchange.getRequestURI().getPath();
        if (faulty(exchange, path, null)) {
            return;
        }
        for (Map.Entry<String, String> each : renamed.entrySet()) {
            if (path.startsWith("/" + each.getKey() + "/") || path.startsWith("/api/models/" + each.getKey() + "/")) {
                send(exchange, 307, Map.of("Location", path.replaceFirst(each.getKey(), each.getValue())), new byte[0]);
                return;
            }
        }
        String api = "/api/models/";
        String cached = "/api/resolve-cache/models/";
        if (path.startsWith(cached)) {
            String[] parts = path.substring(cached.length()).split("/", 4);
            sendSmall(exchange, repositories.get(parts[0] + "/" + parts[1]), parts[3]);
        } else if (path.startsWith(api)) {
            int end = path.indexOf("/revision/");
            sendInfo(exchange, path.substring(api.length(), end), path.substring(end + "/revision/".length()));
        } else {
            int end = path.indexOf("/resolve/");
            String[] parts = path.substring(end + "/resolve/".length()).split("/", 2);
            resolve(exchange, path.substring(1, end), parts[0], parts[1]);
        }
    }

    private void sendInfo(HttpExchange exchange, String name, String revision) throws IOException {
        Repository repository = repositories.get(name);
        if (repository == null) {
            refuse(exchange, authorization(exchange).isEmpty() ? 401 : 404, "RepoNotFound");
        } else if (!List.of("main", repository.commit).contains(revision)) {
            refuse(exchange, 404, "RevisionNotFound");
        } else {
            List<Object> siblings = new ArrayList<>();
            repository.files.keySet().forEach(file -> siblings.add(Map.of("rfilename", file)));
            Map<String, Object> info = Map.of("id", name, "sha", repository.commit, "siblings", siblings);
            send(exchange, 200, Map.of("Content-Type", "application/json"), Json.bytes(info));
        }
    }

    private void resolve(HttpExchange exchange, String name, String commit, String file) throws IOException {
        Repository repository = repositories.get(name);
        String token = gated.get(name);
        if (repository == null || !repository.commit.equals(commit) || !repository.files.containsKey(file)) {
            refuse(exchange, 404, "EntryNotFound");
        } else if (token != null && !authorization(exchange).equals("Bearer " + token)) {
            refuse(exchange, authorization(exchange).isEmpty() ? 401 : 403, "GatedRepo");
        } else if (repository.files.get(file).length < LARGE) {
            String location = "/api/resolve-cache/models/" + (name.contains("/") ? name : "_/" + name) + "/" + commit
                    + "/" + file;
            send(exchange, 307, Map.of("Location", location, "X-Repo-Commit", commit), new byte[0]);
        } else {
            Map<String, String> headers = new HashMap<>();
            headers.put(
                    "Location",
                    "http://127.0.0.1:" + store.getAddress().getPort() + "/" + name + "/" + file + "?signature=s3cret");
            headers.put("X-Repo-Commit", commit);
            headers.put("X-Linked-Etag", "\"" + repository.etag(file) + "\"");
            headers.put("X-Linked-Size", String.valueOf(repository.files.get(file).length));
            if (exchange.getRequestMethod().equals("HEAD") && peek(file) instanceof Fault.Announced announced) {
                headers.put("X-Linked-Size", announced.size());
            }
            send(exchange, 302, headers, new byte[0]);
        }
    }

    private void sendSmall(HttpExchange exchange, Repository repository, String file) throws IOException {
        Map<String, String> headers =
                Map.of("ETag", "\"" + repository.etag(file) + "\"", "X-Repo-Commit", repository.commit);
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.forEach(exchange.getResponseHeaders()::set);
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(repository.files.get(file).length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            sendRange(exchange, headers, repository.files.get(file));
        }
    }

    private void answerFromStore(HttpExchange exchange) throws IOException {
        note(exchange, true);
        String path = exchange.getRequestURI().getPath();
        String[] parts = path.substring(1).split("/", 3);
        byte[] bytes = repositories.get(parts[0] + "/" + parts[1]).files.get(parts[2]);
        if (!faulty(exchange, path, bytes)) {
            sendRange(exchange, Map.of(), bytes);
        }
    }

    private Fault peek(String path) {
        for (Map.Entry<String, Deque<Fault>> each : faults.entrySet()) {
            if (path.endsWith(each.getKey()) && each.getValue().peek() != null) {
                return each.getValue().peek();
            }
        }
        return null;
    }

    private void used(Fault fault) {
        faults.values().forEach(queue -> queue.removeFirstOccurrence(fault));
    }

    /** Applies the next fault of a path. Faults of bytes wait for the answer that contains them. */
    private boolean faulty(HttpExchange exchange, String path, byte[] bytes) throws IOException {
        Fault fault = exchange.getRequestMethod().equals("GET") ? peek(path) : null;
        if (fault == null || (bytes == null && isOfBytes(fault))) {
            return false;
        }
        used(fault);
        if (fault instanceof Fault.Status status) {
            send(exchange, status.status(), status.headers(), new byte[0]);
        } else if (fault instanceof Fault.Body body) {
            send(exchange, 200, Map.of(), body.text().getBytes(StandardCharsets.UTF_8));
        } else if (fault instanceof Fault.Trickle trickle) {
            trickle(exchange, trickle.everyMillis(), bytes == null ? 0 : bytes.length);
        } else if (fault instanceof Fault.Garbled) {
            byte[] others = bytes.clone();
            others[others.length / 2] ^= 1;
            sendRange(exchange, Map.of(), others);
        } else if (fault instanceof Fault.NoRange) {
            send(exchange, 200, Map.of(), bytes);
        } else if (fault instanceof Fault.Cut cut) {
            begin(exchange, bytes, cut.bytes());
        } else if (fault instanceof Fault.Stall stall) {
            begin(exchange, bytes, stall.bytes());
            await();
        } else {
            sendRange(exchange, Map.of(), bytes);
        }
        return true;
    }

    private static boolean isOfBytes(Fault fault) {
        return !(fault instanceof Fault.Status || fault instanceof Fault.Body || fault instanceof Fault.Trickle);
    }

    /**
     * Sends a body slowly.
     *
     * @param length 0 for a body of unknown length
     */
    private void trickle(HttpExchange exchange, int everyMillis, int length) throws IOException {
        exchange.sendResponseHeaders(200, length);
        try {
            do {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
            } while (!closing.await(everyMillis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(HttpExchange exchange, byte[] bytes, int count) throws IOException {
        int from = from(exchange);
        range(exchange, bytes.length, from);
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
        OutputStream body = exchange.getResponseBody();
        body.write(bytes, from, Math.min(count, bytes.length - from));
        body.flush();
    }

    private void await() {
        try {
            closing.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sendRange(HttpExchange exchange, Map<String, String> headers, byte[] bytes) throws IOException {
        int from = from(exchange);
        headers.forEach(exchange.getResponseHeaders()::set);
        range(exchange, bytes.length, from);
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length == from ? -1 : bytes.length - from);
        exchange.getResponseBody().write(bytes, from, bytes.length - from);
    }

    private static void range(HttpExchange exchange, int size, int from) {
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (size - 1) + "/" + size);
        }
    }

    private static int from(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
    }

    private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        send(exchange, status, Map.of("X-Error-Code", code), new byte[0]);
    }

    private static void send(HttpExchange exchange, int status, Map<String, String> headers, byte[] body)
            throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private void note(HttpExchange exchange, boolean atStore) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(new Request(
                atStore,
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                range == null ? "" : range,
                authorization(exchange)));
    }

    private static String authorization(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        return authorization == null ? "" : authorization;
    }

    static String hash(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        hub.stop(0);
        store.stop(0);
        threads.shutdownNow();
    }
}
