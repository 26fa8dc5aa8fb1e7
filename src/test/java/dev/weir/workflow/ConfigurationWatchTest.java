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
}
