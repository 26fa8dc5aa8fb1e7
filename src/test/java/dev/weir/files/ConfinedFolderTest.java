package dev.weir.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ConfinedFolderTest {
    @TempDir
    Path outside;

    private Path folder;
    private ConfinedFolder confined;

    @BeforeEach
    void fill() throws IOException {
        folder = Files.createDirectories(outside.resolve("model"));
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.writeString(outside.resolve("passwd"), "secret");
        confined = new ConfinedFolder(folder);
    }

    @Test
    void aFileOfTheFolderIsFound() {
        assertThat(confined.file("config.json", 2)).contains(folder.resolve("config.json"));
        assertThat(confined.file("none.json", 2)).isEmpty();
    }

    @Test
    void aFileThatIsTooLargeIsRefusedBeforeItIsRead() {
        assertThatThrownBy(() -> confined.file("config.json", 1))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessage("the model's file " + folder.resolve("config.json")
                        + " is too large (at most 1 bytes, has 2): take another model");
    }

    @Test
    void aLinkWithinTheFolderIsFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("tokenizer.json"), Path.of("config.json"));

        assertThat(confined.file("tokenizer.json", 2)).isPresent();
    }

    @Test
    void aLinkThatLeadsOutIsRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("tokenizer.json"), outside.resolve("passwd"));
        Files.createSymbolicLink(folder.resolve("onnx"), outside);

        assertThatThrownBy(() -> confined.file("tokenizer.json", 100))
                .hasMessageContaining("is a link that leads out of ")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> confined.file("onnx/passwd", 100)).hasMessageContaining("leads out of");
        assertThatThrownBy(() -> confined.file("../passwd", 100)).hasMessageContaining("leads out of");
    }

    @Test
    void aLinkBesideTheFolderThatOnlyBeginsLikeItIsRefused() throws IOException {
        Path twin = Files.createDirectories(outside.resolve("model-twin"));
        Files.writeString(twin.resolve("a"), "");
        Files.createSymbolicLink(folder.resolve("a"), twin.resolve("a"));

        assertThatThrownBy(() -> confined.file("a", 100)).hasMessageContaining("leads out of");
    }

    @Test
    void aSnapshotOfTheHubHasLinksIntoItsRepository() throws IOException {
        Path repository = outside.resolve("models--gpt2");
        Path snapshot = Files.createDirectories(repository.resolve("snapshots/abc"));
        Path blob = Files.createDirectories(repository.resolve("blobs")).resolve("etag");
        Files.writeString(blob, "{}");
        Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/etag"));
        Files.createSymbolicLink(snapshot.resolve("tokenizer.json"), Path.of("../../../passwd"));
        ConfinedFolder hub = new ConfinedFolder(snapshot);

        assertThat(hub.file("config.json", 10)).isPresent();
        assertThatThrownBy(() -> hub.file("tokenizer.json", 100)).hasMessageContaining("leads out of");
    }

    @Test
    void aFolderThatIsALinkItselfIsWhereItLeads() throws IOException {
        Path link = Files.createSymbolicLink(outside.resolve("link"), folder);

        assertThat(new ConfinedFolder(link).file("config.json", 2)).isPresent();
    }
}
