package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationWatchTest {
    @TempDir
    private Path folder;

    @Test
    void aSaveCountsOnceWhenTheFileHasSettled() throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), "a");
        ConfigurationWatch watch = new ConfigurationWatch(List.of(file));
        assertThat(watch.saved()).isFalse();

        Files.writeString(file, "ab");
        assertThat(watch.saved()).as("it may still be being written").isFalse();
        Files.writeString(file, "abc");
        assertThat(watch.saved()).isFalse();
        assertThat(watch.saved()).isTrue();
        assertThat(watch.saved()).isFalse();
    }

    @Test
    void theEnvironmentFileIsWatchedToo() throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), "a");
        ConfigurationWatch watch = new ConfigurationWatch(List.of(file));
        Files.writeString(folder.resolve(".env"), "A=b");
        assertThat(watch.saved()).isFalse();
        assertThat(watch.saved()).isTrue();
        Files.delete(file);
        assertThat(watch.saved()).isFalse();
        assertThat(watch.saved()).isTrue();
    }

    @Test
    void aFileThatTheConfigurationNamesIsWatchedAsLongAsItIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), "a");
        Path key = Files.writeString(folder.resolve("key"), "old");
        ConfigurationWatch watch = new ConfigurationWatch(List.of(file));
        watch.follow(List.of(key));
        assertThat(watch.saved()).isFalse();

        Files.writeString(key, "newer");
        assertThat(watch.saved()).isFalse();
        assertThat(watch.saved()).isTrue();
        watch.follow(List.of(key));
        assertThat(watch.saved()).isFalse();

        watch.follow(List.of());
        Files.writeString(key, "the newest");
        assertThat(watch.saved()).isFalse();
        assertThat(watch.saved()).isFalse();
    }

    @Test
    void aNamedFileThatIsMissingIsSeenWhenItComes() throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), "a");
        Path words = folder.resolve("words.txt");
        ConfigurationWatch watch = new ConfigurationWatch(List.of(file));
        watch.follow(List.of(words));
        Files.writeString(words, "secret");
        assertThat(watch.saved()).isFalse();
        assertThat(watch.saved()).isTrue();
    }

    @Test
    void aSaveWhileTheConfigurationWasReadIsNotForgotten() throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), "a");
        Path key = Files.writeString(folder.resolve("key"), "old");
        ConfigurationWatch watch = new ConfigurationWatch(List.of(file));
        watch.follow(List.of(key));
        Files.writeString(file, "ab");
        Files.writeString(key, "newer");
        watch.follow(List.of(key));
        assertThat(watch.saved()).isFalse();
        assertThat(watch.saved()).isTrue();
    }
}
