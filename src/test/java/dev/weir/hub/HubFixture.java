package dev.weir.hub;

import dev.weir.upstream.proxy.Proxies;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fake Hub, and a cache for its files. */
@Timeout(60)
abstract class HubFixture {
    static final List<String> BEST = List.of("", "_fp16", "_int8", "_quantized", "_q4");
    static final HubProgress SILENT = (file, bytes, size) -> {};

    @TempDir
    Path cache;

    final FakeHub server = new FakeHub();
    /** The longest silence. It is long, since a busy machine delays every Hub. */
    private Duration silence = Duration.ofSeconds(20);

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        server.close();
        threads.shutdownNow();
    }

    HubSettings settings(Optional<String> token, boolean offline) {
        return settings(server.endpoint(), token, offline);
    }

    HubSettings settings(URI endpoint, Optional<String> token, boolean offline) {
        return new HubSettings(endpoint, cache, token, offline, silence, Duration.ofMillis(1), Proxies.NONE);
    }

    /** Sets a short time-out, for a silent or slow Hub. */
    void waitShortly() {
        silence = Duration.ofMillis(700);
    }

    Hub hub() {
        return hub(settings(Optional.empty(), false));
    }

    Hub hub(HubSettings settings) {
        return new Hub(settings, threads);
    }

    Hub hubWithoutLinks() {
        return new Hub(settings(Optional.empty(), false), threads, (link, target) -> {
            throw new UnsupportedOperationException("links");
        });
    }

    static HubModel model(String repository, String... variants) {
        List<String> all = variants.length == 0 ? BEST : List.of(variants);
        return new HubModel(repository, "main", all, Optional.empty(), Optional.empty(), false, Optional.empty());
    }

    /** A decoder with a large graph. */
    FakeHub.Repository tiny(String name) {
        return server.repository(name)
                .file("config.json", "{\"model_type\": \"gpt2\"}")
                .file("tokenizer.json", "{}")
                .file("README.md", "# nothing")
                .file("pytorch_model.bin", 5_000)
                .file("onnx/model.onnx", 300_000);
    }

    Path folder(String repository) {
        return cache.resolve("models--" + repository.replace("/", "--"));
    }

    List<String> blobs(String repository) throws Exception {
        try (var files = Files.list(folder(repository).resolve("blobs"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
