package dev.weir.process;

import static dev.weir.process.Processes.await;
import static dev.weir.process.Processes.awaitGone;
import static dev.weir.process.Processes.lives;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.FreePort;
import dev.weir.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes of {@code /bin/sh}, each in the folder of its test. */
@Tag("slow")
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class ManagedProcessTest {
    private static final Duration GRACE = Duration.ofMillis(400);

    @TempDir
    Path folder;

    private final ImpatientTimers timers = new ImpatientTimers();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong clock = new AtomicLong();
    private Supervisor supervisor;
    private int port;
    private volatile Optional<String> unwell = Optional.empty();

    @BeforeEach
    void begin() throws IOException {
        supervisor = new Supervisor(threads, timers, folder.resolve("records"), GRACE, clock::get);
        port = FreePort.find();
    }

    @AfterEach
    void end() throws InterruptedException {
        supervisor.close();
        timers.shutdownNow();
        threads.shutdownNow();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    private Command sh(String script) {
        return new Command(
                List.of("/bin/sh", "-c", script), folder, Map.of("PATH", System.getenv("PATH"), "WORD", "s3cret-word"));
    }

    private Service service(List<Command> preparation, Command start, List<Command> clean) {
        Service.Health health =
                new Service.Health(true, Duration.ofMillis(20), 3, Duration.ZERO, Duration.ofSeconds(100));
        return new Service("echo", port, preparation, List.of(start), clean, health);
    }

    private ManagedProcess start(Service service) {
        return supervisor.start(service, () -> unwell, text -> text.replace("s3cret-word", "***"));
    }

    private ManagedProcess start(String script) {
        return start(service(List.of(), sh(script), List.of()));
    }

    private static ServiceProcess ready(ManagedProcess process) throws Exception {
        return process.ready().get(30, TimeUnit.SECONDS);
    }

    private static String failure(ManagedProcess process) {
        await("a failure", () -> process.state() instanceof ServiceState.Failed);
        return ((ServiceState.Failed) process.state()).reason();
    }

    private List<Long> pids(String... files) {
        return Stream.of(files)
                .map(file -> {
                    await(file, () -> !read(file).isBlank());
                    return Long.parseLong(read(file).strip());
                })
                .toList();
    }

    private String read(String file) {
        try {
            return Files.exists(folder.resolve(file)) ? Files.readString(folder.resolve(file)) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long records() {
        try (Stream<Path> files = Files.list(folder.resolve("records"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatDiesAtItsStartIsStartedAgainLaterEachTimeAndTellsItsLastLines() {
        unwell = Optional.of("port takes no connection");
        ManagedProcess process = start("echo starting with $WORD; echo 'no model' >&2; exit 3");
        assertThat(failure(process))
                .isEqualTo("the process '/bin/sh' ended with status 3; its last lines:\nstarting with ***\nno model");
        await("five starts", () -> timers.longWaits().size() >= 5);
        assertThat(timers.longWaits().subList(0, 5))
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 16L);
        assertThatThrownBy(() -> ready(process))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("no model");
    }

    @Test
    void whatServedForAMinuteBeginsAnewWithOneSecond() throws Exception {
        ManagedProcess process = start("sleep 600");
        for (int i = 0; i < 3; i++) {
            ServiceProcess life = ready(process);
            clock.addAndGet(Duration.ofSeconds(i == 2 ? 60 : 1).toNanos());
            ProcessHandle.of(life.pid()).orElseThrow().destroyForcibly();
            assertThat(life.ended().get(20, TimeUnit.SECONDS))
                    .isEqualTo("ended with status 137 (signal 9); it has written nothing");
            int waits = i + 1;
            await("a restart", () -> timers.longWaits().size() == waits);
        }
        assertThat(timers.longWaits()).extracting(Duration::toSeconds).containsExactly(1L, 2L, 1L);
        assertThat(ready(process).hasEnded()).isFalse();
    }

    @Test
    void whatIsNeverReadyFailsAfterItsTimeAndServesWhenItIsReadyAfterAll() throws Exception {
        unwell = Optional.of("the health check /health answered 503");
        ManagedProcess process = start("echo loading; sleep 600");
        assertThat(process.state()).isInstanceOf(ServiceState.Starting.class);
        await("the end of its time", () -> {
            clock.addAndGet(Duration.ofSeconds(100).toNanos());
            return process.state() instanceof ServiceState.Failed;
        });
        assertThat(failure(process))
                .startsWith("not ready for 100 s (start_timeout): the health check /health answered 503; ");
        unwell = Optional.empty();
        await("readiness", () -> process.state() instanceof ServiceState.Ready);
    }

    @Test
    void whatIsIllThriceInARowLetsCallersWaitAndIsNotEnded() throws Exception {
        ManagedProcess process = start("sleep 600");
        ServiceProcess life = ready(process);
        unwell = Optional.of("the health check /health answered 500");
        await("illness", () -> process.state() instanceof ServiceState.Starting);
        assertThat(process.ready()).isNotDone();
        unwell = Optional.empty();
        assertThat(ready(process)).isSameAs(life);
        assertThat(lives(life.pid())).isTrue();
    }

    @Test
    void whatIgnoresSigtermIsKilledAfterTheGrace() throws Exception {
        ManagedProcess process = start("trap '' TERM; echo up > up; while :; do sleep 1; done");
        ServiceProcess life = ready(process);
        await("its trap", () -> read("up").contains("up"));
        long begun = System.nanoTime();
        process.stop();
        process.stopped().get(20, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(GRACE);
        assertThat(lives(life.pid())).isFalse();
        assertThat(process.state()).isEqualTo(new ServiceState.Failed("the service is being stopped"));
    }

    @Test
    void whatItStartedEndsWithItAlsoWhenItsParentHasGone() throws Exception {
        ManagedProcess process =
                start("sleep 600 & echo $! > child; (sleep 600 & echo $! > orphan); (trap '' TERM; sleep 601) & "
                        + "echo $! > deaf; wait");
        ServiceProcess life = ready(process);
        List<Long> all = pids("child", "orphan", "deaf");
        assertThat(all).allMatch(Processes::lives);
        Optional<ProcessHandle> watchdog = life.watchdog();
        process.stop();
        process.stopped().get(20, TimeUnit.SECONDS);
        assertThat(all).noneMatch(Processes::lives);
        assertThat(records()).isZero();
        watchdog.ifPresent(dog -> awaitGone(List.of(dog.pid())));
    }

    @Test
    void whatAKilledProcessLeavesIsEndedBeforeTheNextStart() throws Exception {
        ManagedProcess process = start("sleep 600 & echo $! > child.$$; echo $$; wait");
        ServiceProcess life = ready(process);
        List<Long> child = pids("child." + life.pid());
        ProcessHandle.of(life.pid()).orElseThrow().destroyForcibly();
        assertThat(life.ended().get(20, TimeUnit.SECONDS))
                .isEqualTo("ended with status 137 (signal 9); its last lines:\n" + life.pid());
        await("another life", () -> process.state() instanceof ServiceState.Ready now && now.life() != life);
        assertThat(child).noneMatch(Processes::lives);
    }

    @Test
    void aFloodOfOutputIsReadInBoundedMemoryAndTheLastLinesAreKept() throws Exception {
        ManagedProcess process =
                start("head -c 30000000 /dev/zero | tr '\\0' x; echo; printf 'bad \\377 byte\\n'; echo end; sleep 600");
        ServiceProcess life = ready(process);
        await("the end of the flood", () -> life.lastLines().endsWith("end"));
        assertThat(life.lastLines().lines().toList())
                .containsExactly("; its last lines:", "x".repeat(500) + "…", "bad \uFFFD byte", "end");
    }

    @Test
    void aMissingProgramFailsWithItsNameAndIsTriedAgain() {
        ManagedProcess process = start(
                service(List.of(), new Command(List.of("no-such-program", "--key", "x"), folder, Map.of()), List.of()));
        assertThat(failure(process))
                .isEqualTo("the command 'no-such-program' cannot be started: there is no such program; install it, or"
                        + " write its whole path");
        await("another try", () -> timers.longWaits().size() >= 2);
    }

    @Test
    void aMissingFolderIsToldFromAMissingProgram() {
        ManagedProcess process =
                start(service(List.of(), new Command(List.of("/bin/sh"), folder.resolve("none"), Map.of()), List.of()));
        assertThat(failure(process))
                .isEqualTo("the command '/bin/sh' cannot be started: its working_dir is not a folder");
    }

    @Test
    void aProgramIsLookedForInThePathThatItIsGiven() throws Exception {
        Path program = Files.writeString(folder.resolve("my-service"), "#!/bin/sh\nexec sleep 600\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Map<String, String> variables = Map.of("PATH", folder + ":/usr/bin:/bin");
        ManagedProcess process =
                start(service(List.of(), new Command(List.of("my-service"), folder, variables), List.of()));
        assertThat(ready(process).hasEnded()).isFalse();
    }

    @Test
    void preparationRunsOnceBeforeAndCleanUpAfterEverything() throws Exception {
        ManagedProcess process = start(service(
                List.of(sh("echo install >> steps"), sh("echo build >> steps")),
                sh("echo start >> steps; sleep 600"),
                List.of(sh("echo clean >> steps"))));
        ProcessHandle.of(ready(process).pid()).orElseThrow().destroyForcibly();
        await("a restart", () -> read("steps").lines().filter("start"::equals).count() == 2);
        process.stop();
        process.stopped().get(20, TimeUnit.SECONDS);
        assertThat(read("steps").lines()).containsExactly("install", "build", "start", "start", "clean");
    }

    @Test
    void aFailedPreparationIsNotTriedAgain() {
        ManagedProcess process =
                start(service(List.of(sh("echo no network; exit 1")), sh("touch started; sleep 600"), List.of()));
        assertThat(failure(process))
                .isEqualTo("the command '/bin/sh' ended with status 1; its last lines:\nno network");
        process.stop();
        process.stopped().join();
        assertThat(timers.longWaits()).isEmpty();
        assertThat(folder.resolve("started")).doesNotExist();
    }

    @Test
    void aPreparationIsEndedWithTheService() throws Exception {
        ManagedProcess process =
                start(service(List.of(sh("echo $$ > installer; sleep 600")), sh("sleep 600"), List.of()));
        List<Long> installer = pids("installer");
        process.stop();
        process.stopped().get(20, TimeUnit.SECONDS);
        assertThat(installer).noneMatch(Processes::lives);
    }

    @Test
    void somebodyElseOnThePortIsReportedAndNotAdopted() throws Exception {
        ManagedProcess process;
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("localhost"))) {
            process = start("touch started; sleep 600");
            assertThat(failure(process))
                    .startsWith("port " + other.getLocalPort() + " is taken by a process that is not this component's");
            assertThat(folder.resolve("started")).doesNotExist();
        }
        await("its turn", () -> process.state() instanceof ServiceState.Ready);
    }

    @Test
    void theNextServiceOfAPortWaitsUntilTheLastHasGone() throws Exception {
        ManagedProcess old = start("trap '' TERM; echo up > up; while :; do sleep 1; done");
        ServiceProcess life = ready(old);
        await("its trap", () -> read("up").contains("up"));
        ManagedProcess next = start("echo $$ > next; sleep 600");
        assertThat(next.state()).isInstanceOf(ServiceState.Starting.class);
        assertThat(folder.resolve("next")).doesNotExist();
        old.stop();
        ready(next);
        assertThat(lives(life.pid())).isFalse();
    }

    @Test
    void whatWaitsForAPortCanBeStopped() throws Exception {
        ready(start("sleep 600"));
        ManagedProcess next = start("touch next; sleep 600");
        next.stop();
        next.stopped().get(20, TimeUnit.SECONDS);
        assertThat(folder.resolve("next")).doesNotExist();
    }

    /** A service with many children; all ignore SIGTERM. */
    private Service stubborn(String name, int port, int children) {
        String script = "trap '' TERM; for i in $(seq " + children + "); do (trap '' TERM; sleep 603 & echo $! >> "
                + name + "; wait) & done; while :; do sleep 1; done";
        Service.Health health =
                new Service.Health(true, Duration.ofMillis(20), 3, Duration.ZERO, Duration.ofSeconds(100));
        return new Service(name, port, List.of(), List.of(sh(script)), List.of(), health);
    }

    private List<Long> stubborn(String... names) throws Exception {
        int children = 60;
        for (String name : names) {
            ready(start(stubborn(name, FreePort.find(), children)));
        }
        List<Long> all = new ArrayList<>();
        for (String name : names) {
            await(name, () -> read(name).lines().count() == children);
            read(name).lines().map(Long::parseLong).forEach(all::add);
        }
        return all;
    }

    @Test
    void closingKillsStubbornServicesWithAllTheirChildren() throws Exception {
        List<Long> all = stubborn("one", "two", "three");
        supervisor.close();
        assertThat(all).noneMatch(Processes::lives);
        assertThat(records()).isZero();
    }

    @Test
    void orOneAfterAnotherWithinTheSameTimeWhenTheThreadsHaveGone() throws Exception {
        List<Long> all = stubborn("one", "two", "three");
        threads.shutdown();
        supervisor.close();
        assertThat(all).noneMatch(Processes::lives);
    }

    @Test
    void nothingIsAskedTwiceToEnd() throws Exception {
        ManagedProcess process = start("trap 'echo asked >> asked' TERM; echo up > up; while :; do sleep 0.05; done");
        ready(process);
        await("its trap", () -> read("up").contains("up"));
        supervisor.close();
        assertThat(read("asked").lines()).containsExactly("asked");
    }

    @Test
    void closingEndsEverythingAlsoWhenTheThreadsHaveGone() throws Exception {
        ServiceProcess life = ready(start("sleep 600 & echo $! > child; wait"));
        List<Long> child = pids("child");
        threads.shutdownNow();
        timers.shutdownNow();
        supervisor.close();
        assertThat(lives(life.pid())).isFalse();
        assertThat(child).noneMatch(Processes::lives);
    }
}
