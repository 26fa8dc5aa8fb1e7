package dev.weir.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.hub.FakeHub.Fault;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads under faults. */
@Tag("slow")
class HubDownloadTest extends HubFixture {
    private static final String GRAPH = "onnx/model.onnx";

    @Test
    void aCutConnectionIsGoneOnWithWhereItEnded() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        server.fail(GRAPH, new Fault.Cut(100_000), new Fault.Cut(100_000));

        assertThat(hub().fetch(model("org/tiny"), SILENT).resolve(GRAPH)).hasBinaryContent(tiny.bytes(GRAPH));
        assertThat(server.downloads(GRAPH)).hasSize(3);
        assertThat(server.downloads(GRAPH).get(0).range()).isEmpty();
        assertThat(server.downloads(GRAPH).get(2).range()).startsWith("bytes=");
    }

    @Test
    void aConnectionThatFallsSilentIsCutAndGoneOnWith() throws Exception {
        waitShortly();
        FakeHub.Repository tiny = tiny("org/tiny");
        server.fail(GRAPH, new Fault.Stall(150_000));

        assertThat(hub().fetch(model("org/tiny"), SILENT).resolve(GRAPH)).hasBinaryContent(tiny.bytes(GRAPH));
        assertThat(server.downloads(GRAPH)).hasSize(2);
    }

    @Test
    void manyCutsAreNoReasonToGiveUpWhileSomethingComes() throws Exception {
        waitShortly();
        FakeHub.Repository tiny = tiny("org/tiny");
        for (int i = 0; i < 12; i++) {
            server.fail(GRAPH, new Fault.Cut(20_000));
        }

        assertThat(hub().fetch(model("org/tiny"), SILENT).resolve(GRAPH)).hasBinaryContent(tiny.bytes(GRAPH));
    }

    @Test
    void anInterruptedDownloadStaysForTheNextAndForPython() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        server.fail(GRAPH, new Fault.Stall(150_000));
        List<Long> loaded = new ArrayList<>();
        Thread self = Thread.currentThread();
        assertThatThrownBy(() -> hub().fetch(model("org/tiny"), (file, bytes, size) -> {
                    if (file.equals(GRAPH) && bytes == 150_000) {
                        self.interrupt();
                    }
                }))
                .isInstanceOf(InterruptedException.class);
        Path left = folder("org/tiny").resolve("blobs/" + tiny.etag(GRAPH) + ".incomplete");
        assertThat(left).hasBinaryContent(Arrays.copyOf(tiny.bytes(GRAPH), 150_000));
        assertThat(folder("org/tiny").resolve("refs/main")).doesNotExist();

        hub().fetch(model("org/tiny"), (file, bytes, size) -> loaded.add(bytes));
        assertThat(loaded).contains(150_000L, 300_000L);
        assertThat(server.downloads(GRAPH).get(1).range()).isEqualTo("bytes=150000-");
        assertThat(blobs("org/tiny")).contains(tiny.etag(GRAPH)).noneMatch(name -> name.contains("."));
    }

    @Test
    void whatPythonBeganIsGoneOnWith() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        Path blobs = Files.createDirectories(folder("org/tiny").resolve("blobs"));
        Files.write(blobs.resolve(tiny.etag(GRAPH) + ".incomplete"), Arrays.copyOf(tiny.bytes(GRAPH), 299_999));

        hub().fetch(model("org/tiny"), SILENT);
        assertThat(server.downloads(GRAPH)).extracting(FakeHub.Request::range).containsExactly("bytes=299999-");
        assertThat(blobs("org/tiny")).noneMatch(name -> name.endsWith(".incomplete"));
    }

    @Test
    void aCompleteFileThatWasNotYetNamedIsTakenWithoutAByte() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        Path blobs = Files.createDirectories(folder("org/tiny").resolve("blobs"));
        Files.write(blobs.resolve(tiny.etag(GRAPH) + ".incomplete"), tiny.bytes(GRAPH));

        hub().fetch(model("org/tiny"), SILENT);
        assertThat(server.downloads(GRAPH)).isEmpty();
    }

    @Test
    void aWrongBeginningIsFoundOutAndLoadedAgain() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        Path blobs = Files.createDirectories(folder("org/tiny").resolve("blobs"));
        Files.write(blobs.resolve(tiny.etag(GRAPH) + ".incomplete"), new byte[200_000]);

        assertThat(hub().fetch(model("org/tiny"), SILENT).resolve(GRAPH)).hasBinaryContent(tiny.bytes(GRAPH));
        assertThat(server.downloads(GRAPH)).extracting(FakeHub.Request::range).containsExactly("bytes=200000-", "");
    }

    @Test
    void aStoreWithoutRangesSendsAllAgain() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        server.fail(GRAPH, new Fault.Cut(100_000), new Fault.NoRange());

        assertThat(hub().fetch(model("org/tiny"), SILENT).resolve(GRAPH)).hasBinaryContent(tiny.bytes(GRAPH));
    }

    @Test
    void aWrongHashTwiceIsAnErrorAndLeavesNothing() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        server.fail(GRAPH, new Fault.Garbled(), new Fault.Garbled());

        assertThatThrownBy(() -> hub().fetch(model("org/tiny"), SILENT))
                .hasMessage("file onnx/model.onnx came with a wrong hash twice: check the connection to the Hub, which"
                        + " changes it");
        assertThat(blobs("org/tiny")).noneMatch(name -> name.startsWith(tiny.etag(GRAPH)));
        assertThat(hub().fetch(model("org/tiny"), SILENT).resolve(GRAPH)).hasBinaryContent(tiny.bytes(GRAPH));
    }

    @Test
    void aSmallFilesHashIsCheckedToo() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        Path blobs = Files.createDirectories(folder("org/tiny").resolve("blobs"));
        String wrong = "x".repeat(tiny.bytes("config.json").length);
        Files.writeString(blobs.resolve(tiny.etag("config.json") + ".incomplete"), wrong);

        assertThat(hub().fetch(model("org/tiny"), SILENT).resolve("config.json"))
                .hasBinaryContent(tiny.bytes("config.json"));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void whatPassesIsTriedAgain(int status) throws Exception {
        tiny("org/tiny");
        Fault busy = new Fault.Status(status, Map.of());
        server.fail(GRAPH, busy, busy);
        server.fail("/revision/main", busy);

        assertThat(hub().fetch(model("org/tiny"), SILENT).resolve(GRAPH)).exists();
    }

    @Test
    void whatDoesNotPassIsToldWithItsRemedy() {
        Fault busy = new Fault.Status(503, Map.of());
        tiny("org/tiny");
        server.fail("/revision/main", busy, busy, busy, busy, busy, busy);
        assertThatThrownBy(() -> hub().fetch(model("org/tiny"), SILENT))
                .hasMessage("model org/tiny of the Hub failed 6 times, at last with: HTTP status 503; check the network"
                        + " and " + server.endpoint() + ", or set HF_HUB_OFFLINE=1 to use what the cache has");
    }

    @Test
    void theHubSaysWhenToComeAgain() throws Exception {
        tiny("org/tiny");
        server.fail(GRAPH, new Fault.Status(429, Map.of("Retry-After", "1")));
        long begun = System.nanoTime();
        hub().fetch(model("org/tiny"), SILENT);

        assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(999));
    }

    @Test
    void aDiskThatIsTooSmallIsToldBeforeTheDownload() {
        tiny("org/tiny");
        server.fail(GRAPH, new Fault.Announced("900000000000000000"));

        assertThatThrownBy(() -> hub().fetch(model("org/tiny"), SILENT))
                .hasMessageMatching(
                        "file onnx/model.onnx needs 900000000000 MB, and the disk of the cache .* has [0-9]+ MB"
                                + " left: make room, or set HF_HUB_CACHE or cache_dir to another disk");
        assertThat(server.downloads(GRAPH)).isEmpty();
    }

    @Test
    void aSizeThatIsNoNumberIsTold() {
        tiny("org/tiny");
        server.fail(GRAPH, new Fault.Announced("huge"));

        assertThatThrownBy(() -> hub().fetch(model("org/tiny"), SILENT))
                .hasMessageStartingWith(
                        "file onnx/model.onnx of model org/tiny failed 6 times, at last with: the Hub's answer"
                                + " has no hash or no size of the file;");
    }

    @Test
    void aDiskThatFillsUpIsToldAndNoHalfFileIsTaken() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        FakeHub.Repository tiny = tiny("org/tiny");
        Path blobs = Files.createDirectories(folder("org/tiny").resolve("blobs"));
        Files.createSymbolicLink(blobs.resolve(tiny.etag("config.json") + ".weir"), full);

        assertThatThrownBy(() -> hub().fetch(model("org/tiny"), SILENT))
                .hasMessageMatching(
                        "(?s)file config.json \\(1 MB\\) cannot be written to the cache .*: No space left on"
                                + " device; make room, or set HF_HUB_CACHE or cache_dir to another disk");
        assertThat(blobs.resolve(tiny.etag("config.json"))).doesNotExist();
    }

    @Test
    void theTokenGoesToTheHubAndNowhereElse() throws Exception {
        tiny("org/tiny");
        hub(settings(Optional.of("hf_s3cret"), false)).fetch(model("org/tiny"), SILENT);

        assertThat(server.requests())
                .allSatisfy(request ->
                        assertThat(request.authorization()).isEqualTo(request.atStore() ? "" : "Bearer hf_s3cret"));
        assertThat(server.downloads(GRAPH)).hasSize(1);
    }

    @Test
    void theModelsOwnTokenGoesBefore() throws Exception {
        tiny("org/tiny");
        HubModel own = new HubModel(
                "org/tiny", "main", BEST, Optional.empty(), Optional.empty(), false, Optional.of("hf_own"));
        hub(settings(Optional.of("hf_s3cret"), false)).fetch(own, SILENT);

        assertThat(server.requests())
                .noneMatch(request -> request.authorization().contains("s3cret"));
        assertThat(own.toString() + settings(Optional.of("hf_s3cret"), false)).doesNotContain("hf_");
    }

    @Test
    void aGatedRepositorySaysHowToGetIn() throws Exception {
        tiny("org/gated");
        server.gate("org/gated", "hf_right");
        assertThatThrownBy(() -> hub().fetch(model("org/gated"), SILENT))
                .hasMessage(
                        "file config.json of model org/gated: the repository is gated: ask for access on its page at "
                                + server.endpoint() + ", then set HF_TOKEN to a token of that account");
        assertThatThrownBy(() -> hub(settings(Optional.of("hf_wrong"), false)).fetch(model("org/gated"), SILENT))
                .hasMessageEndingWith("then use a token of an account that has it (HF_TOKEN)")
                .hasMessageNotContaining("hf_wrong");
        assertThat(hub(settings(Optional.of("hf_right"), false)).fetch(model("org/gated"), SILENT))
                .exists();
    }

    @Test
    void aTokenThatNoHeaderCanHoldIsToldWithoutIt() {
        tiny("org/tiny");
        assertThatThrownBy(() -> hub(settings(Optional.of("hf\nbad"), false)).fetch(model("org/tiny"), SILENT))
                .hasMessage("the Hub's token holds characters that no token has");
    }

    @Test
    void twoAtOnceDownloadOnce() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny").file(GRAPH, 4_000_000);
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            Callable<Path> fetch = () -> hub().fetch(model("org/tiny"), SILENT);
            for (Future<Path> each : both.invokeAll(List.of(fetch, fetch))) {
                assertThat(each.get().resolve(GRAPH)).hasBinaryContent(tiny.bytes(GRAPH));
            }
        } finally {
            both.shutdownNow();
        }
        assertThat(server.downloads(GRAPH)).hasSize(1);
    }

    @Test
    void twoProcessesAtOnceDownloadOnce() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny").file(GRAPH, 4_000_000);
        server.fail(GRAPH, new Fault.Stall(1_000_000)); // Keeps the first download busy while the second begins.
        List<Process> processes = List.of(start(), start());
        for (Process process : processes) {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            assertThat(output).contains(tiny.commit());
        }

        assertThat(server.downloads(GRAPH))
                .hasSize(2)
                .element(1)
                .extracting(FakeHub.Request::range)
                .asString()
                .isNotEmpty();
        assertThat(folder("org/tiny").resolve("blobs").resolve(tiny.etag(GRAPH)))
                .hasBinaryContent(tiny.bytes(GRAPH));
        assertThat(blobs("org/tiny")).noneMatch(name -> name.contains("."));
    }

    private Process start() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path", "")
                                + File.pathSeparator
                                + System.getProperty("surefire.test.class.path", ""),
                        Download.class.getName(),
                        server.endpoint().toString(),
                        cache.toString())
                .redirectErrorStream(true)
                .start();
    }

    /** Fetches a model in a separate process. */
    static final class Download {
        private Download() {}

        public static void main(String[] arguments) throws Exception {
            Map<String, String> environment = Map.of("HF_ENDPOINT", arguments[0], "HF_HUB_CACHE", arguments[1]);
            HubSettings given = HubSettings.of(environment, Path.of(arguments[1]));
            HubSettings hurried = new HubSettings(
                    given.endpoint(),
                    given.cache(),
                    given.token(),
                    false,
                    java.time.Duration.ofSeconds(2),
                    given.retryDelay(),
                    given.proxies());
            ExecutorService threads = Executors.newCachedThreadPool();
            System.out.println(new Hub(hurried, threads).fetch(model("org/tiny"), SILENT));
            threads.shutdownNow();
            System.exit(0);
        }
    }

    @Test
    void anInterruptEndsTheWaitForAnotherDownload() throws Exception {
        tiny("org/tiny");
        server.fail(GRAPH, new Fault.Stall(1_000), new Fault.Stall(1_000), new Fault.Stall(1_000));
        FutureTask<Path> first = new FutureTask<>(() -> hub().fetch(model("org/tiny"), SILENT));
        FutureTask<Path> second = new FutureTask<>(() -> hub().fetch(model("org/tiny"), SILENT));
        ExecutorService both = Executors.newFixedThreadPool(2);
        both.execute(first);
        both.execute(second);
        second.cancel(true);
        first.cancel(true);
        both.shutdown();

        assertThat(both.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
}
