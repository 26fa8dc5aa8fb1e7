package dev.weir.process;

import static dev.weir.process.Processes.await;
import static dev.weir.process.Processes.awaitGone;
import static dev.weir.process.Processes.lives;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.FreePort;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A JVM with a running service is killed. Afterwards all processes of the service end soon. */
@Tag("slow")
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class KilledServerTest {
    @TempDir
    Path folder;

    /** The program of that JVM: starts a tree with an orphan that ignores SIGTERM and is known only by its tag. */
    public static final class Server {
        private Server() {}

        public static void main(String[] folders) throws IOException {
            Path folder = Path.of(folders[0]);
            Supervisor supervisor = new Supervisor(
                    Executors.newCachedThreadPool(),
                    Executors.newScheduledThreadPool(1),
                    folder.resolve("records"),
                    Duration.ofSeconds(1),
                    System::nanoTime);
            String script = "sleep 600 & echo $! > child; (trap '' TERM; sleep 601 & echo $! > orphan); "
                    + "echo $$ > root; exec sleep 602";
            Command command =
                    new Command(List.of("/bin/sh", "-c", script), folder, Map.of("PATH", System.getenv("PATH")));
            Service.Health health =
                    new Service.Health(true, Duration.ofMillis(50), 1, Duration.ZERO, Duration.ofMinutes(1));
            supervisor.start(
                    new Service("s", FreePort.find(), List.of(), List.of(command), List.of(), health),
                    Optional::empty,
                    text -> text);
        }
    }

    @Test
    void theWatchdogEndsTheTree() throws Exception {
        List<Long> tree = startAndKill(List.of());
        awaitGone(tree);
    }

    @Test
    void theNextServerEndsWhatIsLeftIfTheWatchdogHasGoneToo() throws Exception {
        Process other = new ProcessBuilder("sleep", "603").start();
        try {
            List<Long> tree = startAndKill(List.of("weir-watchdog"));
            assertThat(tree).allMatch(Processes::lives);
            new OrphanRecords(folder.resolve("records"), Duration.ofMillis(300)).end();
            assertThat(tree).noneMatch(Processes::lives);
            assertThat(other.isAlive()).isTrue();
            try (Stream<Path> records = Files.list(folder.resolve("records"))) {
                assertThat(records).isEmpty();
            }
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void whatAnotherLivingServerKeepsIsLeftAlone() throws Exception {
        Process kept = new ProcessBuilder("sleep", "604").start();
        try {
            ProcessTree tree = new ProcessTree(List.of(kept.toHandle()), "some-tag");
            new OrphanRecords(folder.resolve("records"), Duration.ZERO)
                    .begin("some-tag")
                    .tell(tree);
            new OrphanRecords(folder.resolve("records"), Duration.ZERO).end();
            assertThat(kept.isAlive()).isTrue();
        } finally {
            kept.destroyForcibly();
        }
    }

    @Test
    void aPidThatIsUsedAgainIsNobodysLeftover() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "605").start();
        try {
            OrphanRecords leftovers = new OrphanRecords(folder.resolve("records"), Duration.ZERO);
            Path record = folder.resolve("records/gone.tree");
            Files.writeString(record, "owner 1 before\nmember " + stranger.pid() + " before\nnonsense\n");
            leftovers.end();
            assertThat(stranger.isAlive()).isTrue();
            assertThat(record).doesNotExist();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void aFolderThatOthersMayWriteIsNotUsed() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        Process stranger = new ProcessBuilder("sleep", "606").start();
        try {
            String started = LinuxProcesses.started(stranger.pid()).orElseThrow();
            Path record = Files.writeString(
                    open.resolve("x.tree"), "owner 1 before\nmember " + stranger.pid() + " " + started + "\n");
            new OrphanRecords(open, Duration.ZERO).end();
            assertThat(stranger.isAlive()).isTrue();
            assertThat(record).exists();
        } finally {
            stranger.destroyForcibly();
        }
    }

    /** Starts a tree, and kills the watchdog unless {@code killedFirst} is empty, then the JVM. Returns the tree's pids. */
    private List<Long> startAndKill(List<String> killedFirst) throws Exception {
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        folder.toString())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        List<Long> tree = new ArrayList<>();
        for (String file : List.of("child", "orphan", "root")) {
            Path path = folder.resolve(file);
            await(file, () -> {
                try {
                    return Files.exists(path) && !Files.readString(path).isBlank();
                } catch (IOException e) {
                    return false;
                }
            });
            tree.add(Long.parseLong(Files.readString(path).strip()));
        }
        assertThat(tree).allMatch(Processes::lives);
        await("a watchdog", () -> server.descendants().anyMatch(KilledServerTest::isWatchdog));
        server.descendants()
                .filter(process -> !killedFirst.isEmpty() && isWatchdog(process))
                .forEach(ProcessHandle::destroyForcibly);
        server.destroyForcibly().waitFor();
        assertThat(lives(server.pid())).isFalse();
        return tree;
    }

    private static boolean isWatchdog(ProcessHandle process) {
        return process.info().arguments().stream().flatMap(Stream::of).anyMatch("weir-watchdog"::equals);
    }
}
