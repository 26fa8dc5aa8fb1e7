package dev.weir.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedServersTest {
    @TempDir
    Path folder;

    private Path archive(String name, String... entries) throws IOException {
        Path archive = folder.resolve(name);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write(entry.getBytes(StandardCharsets.UTF_8));
            }
        }
        return archive;
    }

    private Path home(Path archive) throws IOException {
        return new UnpackedServers(folder.resolve("made/../made/servers")).home(archive);
    }

    private List<String> kept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("made/servers"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void anArchiveIsUnpackedOnce() throws Exception {
        Path archive = archive("server-1.0.Final.zip", "server/bin/start.sh", "server/lib/a.jar");

        Path home = home(archive);
        Files.delete(archive);

        assertThat(home).isEqualTo(folder.resolve("made/servers/server-1.0.Final/server"));
        assertThat(home.resolve("bin/start.sh")).hasContent("server/bin/start.sh");
        assertThat(home.resolve("lib/a.jar")).hasContent("server/lib/a.jar");
        assertThat(home(archive)).isEqualTo(home);
    }

    @Test
    void eachVersionHasAFolder() throws Exception {
        home(archive("server-1.zip", "server/a"));
        assertThat(home(archive("server-2.zip", "server/b")).resolve("b")).exists();

        assertThat(kept()).containsExactly("server-1", "server-1.lock", "server-2", "server-2.lock");
    }

    @Test
    void whatAnInterruptedBuildLeftIsUnpackedAnew() throws Exception {
        Path part = folder.resolve("made/servers/server-1.part/server");
        Files.createDirectories(part);
        Files.writeString(part.resolve("half"), "");

        Path home = home(archive("server-1.zip", "server/a"));

        assertThat(home.resolve("a")).exists();
        assertThat(home.resolve("half")).doesNotExist();
        assertThat(kept()).containsExactly("server-1", "server-1.lock");
    }

    @Test
    void anArchiveThatIsBrokenLeavesNoServer() throws Exception {
        Path archive = Files.writeString(folder.resolve("server-1.zip"), "no archive");

        assertThatThrownBy(() -> home(archive)).isInstanceOf(IOException.class);
        assertThat(home(archive("server-1.zip", "server/a")).resolve("a")).exists();
    }

    @Test
    void nothingIsWrittenOutsideTheFolder() throws Exception {
        Path archive = archive("server-1.zip", "server/a", "../../outside");

        assertThatThrownBy(() -> home(archive)).hasMessageContaining("has an entry outside its folder: ../../outside");
        assertThat(folder.resolve("made/outside")).doesNotExist();
    }

    @Test
    void severalAtOnceUnpackOnce() throws Exception {
        Path archive = archive("server-1.zip", "server/a");
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Path>> homes = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                homes.add(threads.submit(() -> home(archive)));
            }
            for (Future<Path> home : homes) {
                assertThat(home.get().resolve("a")).exists();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(kept()).containsExactly("server-1", "server-1.lock");
    }
}
