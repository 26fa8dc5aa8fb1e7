package dev.weir.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class TemporaryFolderTest {
    @TempDir
    Path parent;

    private TemporaryFolder ours;

    /** A server with one temporary file. It prints the name of the file, and ends when it is killed or its input ends. */
    public static final class Server {
        private Server() {}

        public static void main(String[] parent) throws IOException {
            System.out.println(new TemporaryFolder(Path.of(parent[0])).file("body-"));
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }

    @BeforeEach
    void make() {
        ours = new TemporaryFolder(parent);
    }

    @AfterEach
    void close() {
        ours.close();
    }

    private Process server() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Server.class.getName(),
                        parent.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Path fileOf(Process server) throws IOException {
        BufferedReader lines = server.inputReader(StandardCharsets.UTF_8);
        return Path.of(lines.readLine());
    }

    @Test
    void filesOfAKilledServerGoAndThoseOfALivingOneStay() throws Exception {
        Process living = server();
        Process killed = server();
        try {
            Path stays = fileOf(living);
            Path goes = fileOf(killed);
            Path own = ours.file("body-");
            ours.sweep();
            assertThat(List.of(stays, goes, own)).allMatch(Files::exists);

            killed.destroyForcibly().waitFor();
            ours.sweep();
            assertThat(goes.getParent()).doesNotExist();
            assertThat(List.of(stays, own)).allMatch(Files::exists);
        } finally {
            living.destroyForcibly().waitFor();
            killed.destroyForcibly().waitFor();
        }
    }

    @Test
    void twoApplicationsOfOneJvmLeaveEachOtherAlone() throws IOException {
        try (TemporaryFolder other = new TemporaryFolder(parent)) {
            Path file = other.file("body-");
            ours.file("body-");
            ours.sweep();
            assertThat(file).exists();
        }
    }

    @Test
    void closingDeletesAllAndALaterFileIsPossible() throws IOException {
        Path folder = ours.folder("demo-");
        Files.writeString(Files.createDirectory(folder.resolve("a")).resolve("b"), "text");
        ours.close();
        assertThat(names()).isEmpty();
        assertThat(ours.file("body-")).exists();
    }

    @Test
    void aFolderThatWasDeletedIsMadeAnew() throws IOException {
        Path file = ours.file("body-");
        Files.delete(file);
        Files.delete(file.resolveSibling("lock"));
        Files.delete(file.getParent());
        assertThat(ours.file("body-")).exists();
    }

    @Test
    void aLinkWithTheNameOfAFolderIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        Path kept = Files.writeString(elsewhere.resolve("kept"), "text");
        Files.createSymbolicLink(parent.resolve(TemporaryFolder.PREFIX + "1-1-link"), elsewhere);
        Path left = Files.createDirectory(parent.resolve(TemporaryFolder.PREFIX + "1-1-left"));
        Files.createSymbolicLink(left.resolve("link"), elsewhere);
        ours.sweep();
        assertThat(left).doesNotExist();
        assertThat(kept).exists();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> names = Files.list(parent)) {
            return names.map(name -> name.getFileName().toString()).toList();
        }
    }
}
