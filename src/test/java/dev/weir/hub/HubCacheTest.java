package dev.weir.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The layout of the cache, the use of its files, and requests that are not repeated. */
class HubCacheTest extends HubFixture {
    @Test
    void aModelIsLaidOutAsPythonLaysItOut() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        Path snapshot = hub().fetch(model("org/tiny"), SILENT);

        assertThat(snapshot).isEqualTo(folder("org/tiny").resolve("snapshots").resolve(tiny.commit()));
        assertThat(folder("org/tiny").resolve("refs/main")).hasContent(tiny.commit());
        assertThat(Files.readSymbolicLink(snapshot.resolve("onnx/model.onnx")))
                .isEqualTo(Path.of("../../../blobs/" + tiny.etag("onnx/model.onnx")));
        assertThat(Files.readSymbolicLink(snapshot.resolve("config.json")))
                .isEqualTo(Path.of("../../blobs/" + tiny.etag("config.json")));
        assertThat(blobs("org/tiny"))
                .containsExactlyInAnyOrder(
                        tiny.etag("onnx/model.onnx"), tiny.etag("config.json"), tiny.etag("tokenizer.json"));
        assertThat(Files.readAllBytes(snapshot.resolve("onnx/model.onnx"))).isEqualTo(tiny.bytes("onnx/model.onnx"));
        assertThat(cache.resolve(".locks/models--org--tiny/" + tiny.etag("onnx/model.onnx") + ".lock"))
                .exists();
    }

    @Test
    void whatIsThereIsNotDownloadedAgain() throws Exception {
        tiny("org/tiny");
        hub().fetch(model("org/tiny"), SILENT);
        int before = server.requests().size();
        hub().fetch(model("org/tiny"), SILENT);

        assertThat(server.requests().subList(before, server.requests().size()))
                .extracting(FakeHub.Request::path)
                .containsExactly("/api/models/org/tiny/revision/main");
    }

    @Test
    void aNewCommitDownloadsOnlyWhatChanged() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        Path old = hub().fetch(model("org/tiny"), SILENT);
        tiny.commit("next").file("config.json", "{\"model_type\": \"gpt2\", \"n_layer\": 2}");
        Path now = hub().fetch(model("org/tiny"), SILENT);

        assertThat(now).isNotEqualTo(old);
        assertThat(now.resolve("config.json")).content().contains("n_layer");
        assertThat(old.resolve("config.json")).content().doesNotContain("n_layer");
        assertThat(server.downloads("onnx/model.onnx")).hasSize(1);
        assertThat(folder("org/tiny").resolve("refs/main")).hasContent(tiny.commit());
    }

    @Test
    void aCacheThatPythonFilledIsUsedOffline() throws Exception {
        Path snapshot = pythons("org/made-by-python", "0123456789abcdef0123456789abcdef01234567");
        Hub offline = hub(settings(Optional.empty(), true));

        assertThat(offline.fetch(model("org/made-by-python"), SILENT)).isEqualTo(snapshot);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void localFilesOnlyAsksNobody() throws Exception {
        Path snapshot = pythons("org/made-by-python", "0123456789abcdef0123456789abcdef01234567");
        HubModel local = new HubModel(
                "org/made-by-python", "main", BEST, Optional.empty(), Optional.empty(), true, Optional.empty());

        assertThat(hub().fetch(local, SILENT)).isEqualTo(snapshot);
        assertThat(server.requests()).isEmpty();
        assertThatThrownBy(() -> hub().fetch(
                                new HubModel(
                                        "org/other",
                                        "main",
                                        BEST,
                                        Optional.empty(),
                                        Optional.empty(),
                                        true,
                                        Optional.empty()),
                                SILENT))
                .hasMessageStartingWith(
                        "local_files_only is set, and the cache " + cache + " does not have model org/other");
    }

    @Test
    void aCommitThatIsThereIsTakenWithoutAsking() throws Exception {
        String commit = "0123456789abcdef0123456789abcdef01234567";
        Path snapshot = pythons("org/made-by-python", commit);
        HubModel pinned = new HubModel(
                "org/made-by-python", commit, BEST, Optional.empty(), Optional.empty(), false, Optional.empty());

        assertThat(hub().fetch(pinned, SILENT)).isEqualTo(snapshot);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void offlineWithoutTheModelSaysWhatToDo() {
        assertThatThrownBy(() -> hub(settings(Optional.empty(), true)).fetch(model("org/tiny"), SILENT))
                .hasMessage("HF_HUB_OFFLINE is set, and the cache " + cache + " does not have model org/tiny with"
                        + " config.json and its ONNX files: load it once with network");
    }

    @Test
    void offlineHalfASnapshotIsNotEnough() throws Exception {
        Path snapshot = pythons("org/half", "0123456789abcdef0123456789abcdef01234567");
        Files.writeString(snapshot.resolve("config.json.tmp"), "");
        Files.delete(snapshot.resolve("config.json"));

        assertThatThrownBy(() -> hub(settings(Optional.empty(), true)).fetch(model("org/half"), SILENT))
                .hasMessageContaining("does not have model org/half");
    }

    @Test
    void whereTheHubCannotBeReachedTheCacheServes() throws Exception {
        Path snapshot = pythons("org/made-by-python", "0123456789abcdef0123456789abcdef01234567");
        Hub nowhere = hub(settings(URI.create("http://127.0.0.1:9"), Optional.empty(), false));

        assertThat(nowhere.fetch(model("org/made-by-python"), SILENT)).isEqualTo(snapshot);
        assertThatThrownBy(() -> nowhere.fetch(model("org/unknown"), SILENT))
                .hasMessageStartingWith("model org/unknown of the Hub failed 6 times, at last with: ")
                .hasMessageEndingWith("or set HF_HUB_OFFLINE=1 to use what the cache has");
    }

    @Test
    void withoutLinksTheSnapshotHoldsTheFiles() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        Path snapshot = hubWithoutLinks().fetch(model("org/tiny"), SILENT);

        assertThat(snapshot.resolve("onnx/model.onnx")).isRegularFile().hasBinaryContent(tiny.bytes("onnx/model.onnx"));
        assertThat(Files.isSymbolicLink(snapshot.resolve("onnx/model.onnx"))).isFalse();
        assertThat(blobs("org/tiny")).isEmpty();
        try (Stream<Path> tree = Files.walk(snapshot)) {
            assertThat(tree.filter(Files::isRegularFile)).hasSize(3);
        }

        hubWithoutLinks().fetch(model("org/tiny"), SILENT);
        assertThat(server.downloads("onnx/model.onnx")).hasSize(1);
    }

    @Test
    void aLinkWhoseBlobIsGoneIsMadeAnew() throws Exception {
        FakeHub.Repository tiny = tiny("org/tiny");
        Path snapshot = hub().fetch(model("org/tiny"), SILENT);
        Files.delete(folder("org/tiny").resolve("blobs").resolve(tiny.etag("onnx/model.onnx")));
        hub().fetch(model("org/tiny"), SILENT);

        assertThat(snapshot.resolve("onnx/model.onnx")).hasBinaryContent(tiny.bytes("onnx/model.onnx"));
    }

    @Test
    void anotherCacheDirectoryIsUsedInstead(@org.junit.jupiter.api.io.TempDir Path other) throws Exception {
        tiny("org/tiny");
        HubModel elsewhere =
                new HubModel("org/tiny", "main", BEST, Optional.empty(), Optional.of(other), false, Optional.empty());

        assertThat(hub().fetch(elsewhere, SILENT)).startsWith(other);
        assertThat(folder("org/tiny")).doesNotExist();
    }

    @Test
    void namesThatLeaveTheCacheAreRefused() {
        for (String name : List.of("..", "../x", "a/..", "a/b/c", "/x", "")) {
            assertThatThrownBy(() -> model(name)).hasMessageStartingWith("repository of a model cannot be '");
        }
        for (String revision : List.of("..", "a/../b", "/x", "x/", "a b")) {
            assertThatThrownBy(() -> new HubModel(
                            "a/b", revision, BEST, Optional.empty(), Optional.empty(), false, Optional.empty()))
                    .hasMessageStartingWith("revision of a model cannot be '");
        }
    }

    @Test
    void filesThatLeaveTheSnapshotAreNotTaken() throws Exception {
        tiny("org/evil").file("onnx/model.onnx_data/../../../../escaped", "x").file("onnx/model.onnx_data\\..\\x", "x");
        Path snapshot = hub().fetch(model("org/evil"), SILENT);

        try (Stream<Path> tree = Files.walk(cache)) {
            assertThat(tree.map(Path::toString)).noneMatch(path -> path.contains("escaped") || path.contains("\\"));
        }
        assertThat(snapshot.resolve("onnx/model.onnx")).exists();
    }

    /** A snapshot as Python's {@code huggingface_hub} writes it. */
    private Path pythons(String repository, String commit) throws Exception {
        Path folder = folder(repository);
        Path snapshot = Files.createDirectories(folder.resolve("snapshots").resolve(commit));
        Files.createDirectories(snapshot.resolve("onnx"));
        Files.createDirectories(folder.resolve("blobs"));
        Files.createDirectories(folder.resolve("refs"));
        Files.createDirectories(folder.resolve(".no_exist").resolve(commit));
        Files.writeString(folder.resolve(".no_exist").resolve(commit).resolve("adapter_config.json"), "");
        Files.writeString(folder.resolve("refs/main"), commit);
        Files.writeString(folder.resolve("blobs/aaaa"), "{\"model_type\": \"gpt2\"}");
        Files.writeString(folder.resolve("blobs/bbbb"), "graph");
        Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/aaaa"));
        Files.createSymbolicLink(snapshot.resolve("onnx/model_quantized.onnx"), Path.of("../../../blobs/bbbb"));
        return snapshot;
    }
}
