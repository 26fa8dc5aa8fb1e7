package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationWatchTest {
    @TempDir
    private Path folder;

    private Path file;
    private ConfigurationWatch watch;

    @BeforeEach
    void begin() throws IOException {
        file = Files.writeString(folder.resolve("model-compose.yml"), "a");
        watch = new ConfigurationWatch(List.of(file));
    }

    /** Once the files have stayed the same between two questions. */
    private void assertSavedOnceSettled() {
        assertThat(watch.saved()).isFalse();
        assertThat(watch.saved()).isTrue();
    }

    @Test
    void aSaveCountsOnceWhenTheFileHasSettled() throws IOException {
        assertThat(watch.saved()).isFalse();

        Files.writeString(file, "ab");
        assertThat(watch.saved()).as("it may still be being written").isFalse();
        Files.writeString(file, "abc");
        assertSavedOnceSettled();
        assertThat(watch.saved()).isFalse();
    }

    @Test
    void theEnvironmentFileIsWatchedToo() throws IOException {
        Files.writeString(folder.resolve(".env"), "A=b");
        assertSavedOnceSettled();
        Files.delete(file);
        assertSavedOnceSettled();
    }

    @Test
    void aFileThatTheConfigurationNamesIsWatchedAsLongAsItIsNamed() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "old");
        watch.follow(List.of(key));
        assertThat(watch.saved()).isFalse();

        Files.writeString(key, "newer");
        assertSavedOnceSettled();
        watch.follow(List.of(key));
        assertThat(watch.saved()).isFalse();

        watch.follow(List.of());
        Files.writeString(key, "the newest");
        assertThat(watch.saved()).isFalse();
        assertThat(watch.saved()).isFalse();
    }

    @Test
    void aNamedFileThatIsMissingIsSeenWhenItComes() throws IOException {
        Path words = folder.resolve("words.txt");
        watch.follow(List.of(words));
        Files.writeString(words, "secret");
        assertSavedOnceSettled();
    }

    @Test
    void aSaveWhileTheConfigurationWasReadIsNotForgotten() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "old");
        watch.follow(List.of(key));
        Files.writeString(file, "ab");
        Files.writeString(key, "newer");
        watch.follow(List.of(key));
        assertSavedOnceSettled();
    }
}
