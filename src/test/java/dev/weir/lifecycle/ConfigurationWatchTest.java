package dev.weir.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationWatchTest {
    @TempDir
    private Path folder;

    private final AtomicLong clock = new AtomicLong();
    private Path file;
    private ConfigurationWatch watch;

    @BeforeEach
    void begin() throws IOException {
        file = Files.writeString(folder.resolve("model-compose.yml"), "a");
        watch = new ConfigurationWatch(List.of(file), clock::get);
        serve();
    }

    private void serve(Path... named) {
        watch.begin().served(List.of(named));
    }

    /** Asserts that a load is due after two checks with the same files. */
    private void assertDueOnceSettled() {
        assertThat(watch.isDue()).isFalse();
        assertThat(watch.isDue()).isTrue();
    }

    /** Writes a file with an old time of modification. */
    private Path old(String name, String content) throws IOException {
        Path written = Files.writeString(folder.resolve(name), content);
        return Files.setLastModifiedTime(written, FileTime.from(Instant.EPOCH));
    }

    @Test
    void aSaveIsDueWhenTheFileHasSettledUntilItIsServed() throws IOException {
        assertThat(watch.isDue()).isFalse();

        Files.writeString(file, "ab");
        assertThat(watch.isDue()).as("it may still be being written").isFalse();
        Files.writeString(file, "abc");
        assertDueOnceSettled();
        assertThat(watch.isDue()).as("it is not served yet").isTrue();
        serve();
        assertThat(watch.isDue()).isFalse();
    }

    @Test
    void savesThatFollowEachOtherAreDueAfterAWhile() throws IOException {
        for (int i = 0; i < 3; i++) {
            Files.writeString(file, "save " + i);
            assertThat(watch.isDue()).isFalse();
        }
        clock.addAndGet(ConfigurationWatch.LONGEST_WAIT.toNanos());
        Files.writeString(file, "another save");
        assertThat(watch.isDue()).isTrue();
        serve();
        Files.writeString(file, "and another");
        assertThat(watch.isDue()).as("the time begins anew").isFalse();
    }

    @Test
    void aSaveWithTheSameSizeAndTimeIsSeen() throws IOException {
        Path words = old("words", "old");
        serve(words);
        assertThat(watch.isDue()).isFalse();
        Files.copy(old("other", "new"), words, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        assertDueOnceSettled();
    }

    @Test
    void aSaveOfTheSameContentIsNone() throws IOException {
        Files.writeString(file, "a");
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(watch.isDue()).isFalse();
        assertThat(watch.isDue()).isFalse();
    }

    @Test
    void theEnvironmentFileIsWatchedToo() throws IOException {
        Files.writeString(folder.resolve(".env"), "A=b");
        assertDueOnceSettled();
        serve();
        Files.delete(file);
        assertDueOnceSettled();
    }

    @Test
    void aFileThatTheConfigurationNamesIsWatchedAsLongAsItIsNamed() throws IOException {
        Path key = old("key", "old");
        serve(key);
        assertThat(watch.isDue()).isFalse();

        Files.writeString(key, "newer");
        assertDueOnceSettled();
        serve(key);
        assertThat(watch.isDue()).isFalse();

        serve();
        Files.writeString(key, "the newest");
        assertThat(watch.isDue()).isFalse();
        assertThat(watch.isDue()).isFalse();
    }

    @Test
    void aNamedFileThatIsMissingIsSeenWhenItComes() throws IOException {
        Path words = folder.resolve("words.txt");
        serve(words);
        Files.writeString(words, "secret");
        assertDueOnceSettled();
    }

    @Test
    void aSaveWhileTheConfigurationIsReadIsNotForgotten() throws IOException {
        Path key = old("key", "old");
        serve(key);
        ConfigurationWatch.Reading reading = watch.begin();
        assertThat(reading.isCurrent()).isTrue();
        Files.writeString(file, "ab");
        assertThat(reading.isCurrent()).isFalse();
        reading.served(List.of(key));
        assertDueOnceSettled();
    }

    /** It is unknown which content was read. */
    @Test
    void aSaveOfANewlyNamedFileWhileTheConfigurationIsReadIsNotForgotten() throws IOException {
        Path key = old("key", "old");
        ConfigurationWatch.Reading reading = watch.begin();
        Files.writeString(key, "newer");
        Files.setLastModifiedTime(key, FileTime.from(Instant.now().plusSeconds(1)));
        reading.served(List.of(key));
        assertDueOnceSettled();
        serve(key);
        assertThat(watch.isDue()).isFalse();
    }
}
