package dev.weir.component.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.component.Given;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.config.ActionConfig;
import dev.weir.config.ShellConfig;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.process.CommandRunner;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs real programs. After each test no record of a process is left. */
@Tag("slow")
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class ShellComponentTest {
    private static final int MOST_BYTES = 32 << 20;

    @TempDir
    Path folder;

    @TempDir
    Path records;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final Cancellation cancellation = new Cancellation();
    private CommandRunner runner;

    @BeforeEach
    void begin() throws IOException {
        runner = runner(100);
    }

    @AfterEach
    void end() throws IOException {
        runner.close();
        threads.shutdownNow();
        timers.shutdownNow();
        try (var left = Files.list(records.resolve("own"))) {
            assertThat(left).isEmpty();
        }
    }

    private CommandRunner runner(int most) {
        return new CommandRunner(threads, timers, most, records.resolve("own"), Duration.ofSeconds(5));
    }

    private ShellComponent component(String keys) {
        return component(keys, MOST_BYTES);
    }

    private ShellComponent component(String keys, int mostBytes) {
        ShellConfig config = config(keys);
        return new ShellComponent(
                config, runner, new ShellLimits(mostBytes, 4, 1 << 20), System.getenv(), text -> text);
    }

    private ShellConfig config(String keys) {
        try {
            Path file = Files.writeString(folder.resolve("model-compose.yml"), """
                    workflow: {title: t}
                    component:
                      type: shell
                    %s
                    """.formatted(keys.indent(2)));
            LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(List.of(file), Map.of());
            return (ShellConfig) loaded.config().components().get(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<Output> call(ShellComponent component, Map<String, ?> input) {
        return component.call(
                new Invocation(ActionConfig.ONLY_ACTION, Bindings.empty().with(Source.INPUT, input), cancellation));
    }

    private @Nullable Object value(String keys, Map<String, ?> input) throws InterruptedException {
        return ((Output.Value) Given.by(call(component(keys), input))).value();
    }

    private @Nullable Object value(String keys) throws InterruptedException {
        return value(keys, Map.of());
    }

    private ChunkSource stream(String keys) throws InterruptedException {
        return ((Output.Streamed) Given.by(call(component(keys), Map.of()))).chunks();
    }

    private static Map<String, Object> result(String stdout, String stderr, int status) {
        return Map.of("stdout", stdout, "stderr", stderr, "exit_code", status);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** The pids that a script has written into a file, when there are so many. */
    private List<Long> pids(int count) {
        Path file = folder.resolve("pids");
        List<Long> pids = new ArrayList<>();
        await(() -> {
            try {
                pids.clear();
                if (Files.exists(file)) {
                    Files.readAllLines(file).forEach(line -> pids.add(Long.valueOf(line)));
                }
                return pids.size() == count;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return List.copyOf(pids);
    }

    private static boolean lives(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()
                    && !Files.exists(Path.of("/proc/1"));
        }
    }

    private static void awaitGone(List<Long> pids) {
        await(() -> pids.stream().noneMatch(ShellComponentTest::lives));
    }

    private static Throwable failure(CompletableFuture<Output> output) {
        return catchThrowable(() -> Given.by(output));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            one two
            a'b"c
            ; touch injected
            $(touch injected)
            `\\`touch injected\\``
            && touch injected
            *
            ${x}
            -n
            한글 😀
            """)
    void eachValueIsOneArgument(String argument) throws Exception {
        assertThat(value("command: [printf, '[%s]', '${input.x}', 'x ${input.x}', end]", Map.of("x", argument)))
                .isEqualTo(result("[" + argument + "][x " + argument + "][end]", "", 0));
        assertThat(folder.resolve("injected")).doesNotExist();
    }

    @Test
    void aListIsOneArgumentToo() throws Exception {
        assertThat(value("command: [printf, '[%s]', '${input.x}', '${input.none}', 7]", Map.of("x", List.of("a", "b"))))
                .isEqualTo(result("[[\"a\",\"b\"]][][7]", "", 0));
    }

    @Test
    void theResultHasBothOutputsAndTheExitCode() throws Exception {
        assertThat(value("command: [sh, -c, 'echo; echo \" out \"; echo err >&2; exit 3']"))
                .isEqualTo(result("out", "err", 3));
        assertThat(value("""
                command: [sh, -c, 'echo out; exit 4']
                output: {text: '${result.stdout}', code: '${result.exit_code}'}
                """)).isEqualTo(Map.of("text", "out", "code", 4));
    }

    @Test
    void theFieldsOfTheGuideAreReadAsFieldsOfTheResult() throws Exception {
        assertThat(value("command: [echo, out]\noutput: '<${stdout as text}${ exit_code }>'"))
                .isEqualTo("<out0>");
    }

    @Test
    void foldersAndVariablesAreThoseOfTheAction() throws Exception {
        Files.createDirectories(folder.resolve("base/inner"));
        String keys = """
                base_dir: base
                env: {A: a, B: '${input.b}'}
                actions:
                  - id: __action__
                    working_dir: ${input.dir}
                    env: {A: own}
                    command: [sh, -c, 'basename "$PWD"; echo $A $B $OPENAI_API_KEY']
                """;

        assertThat(value(keys, Map.of("dir", "inner", "b", "x y"))).isEqualTo(result("inner\nown x y", "", 0));
        assertThat(failure(call(component(keys), Map.of("dir", "../..", "b", ""))))
                .hasMessage("working_dir must be a folder in base_dir, was '../..' (a text)");
        assertThat(failure(call(component(keys), Map.of("dir", "none", "b", ""))))
                .hasMessage("working_dir must be a folder in base_dir, was 'none' (a text)");
    }

    @Test
    void severalCommandsGiveTheListOfTheirResults() throws Exception {
        String keys = """
                command: [[echo, a], [sh, -c, 'exit 2'], [echo, '${input.x}']]
                batch_size: %d
                """;
        for (int batch = 1; batch <= 4; batch++) {
            assertThat(value(keys.formatted(batch), Map.of("x", "c")))
                    .isEqualTo(List.of(result("a", "", 0), result("", "", 2), result("c", "", 0)));
        }
    }

    /** Each command waits for the other, so they must run at the same time. */
    @Test
    void commandsOfABatchRunAtTheSameTime() throws Exception {
        assertThat(value("""
                command:
                  - [sh, -c, 'mkfifo one.tmp && mv one.tmp one; echo x > one; echo first']
                  - [sh, -c, 'until [ -p one ]; do :; done; cat one; echo second']
                batch_size: 2
                """)).isEqualTo(List.of(result("first", "", 0), result("x\nsecond", "", 0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"command: [echo, '${input.x}']", "command: [env]\nenv: {X: '${input.x}'}"})
    void aNullCharacterIsRefused(String keys) {
        assertThat(failure(call(component(keys), Map.of("x", "a\0b"))))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessageEndingWith("holds a null character, which no program can receive: remove it");
    }

    @Test
    void theFirstFailureEndsTheOtherCommands() {
        CompletableFuture<Output> output = call(component("""
                command:
                  - [sh, -c, 'echo $$ > pids.tmp && mv pids.tmp pids; exec sleep 600']
                  - [sh, -c, 'until [ -f pids ]; do :; done; head -c 2000 /dev/zero']
                batch_size: 2
                """, 1_000), Map.of());

        assertThat(failure(output))
                .hasMessage(
                        "stdout of the command is too large (at most 1000 bytes for all outputs of a call, weir.http.max-answer)");
        awaitGone(pids(1));
    }

    @Test
    void aLargeOutputIsReadWhole() throws Exception {
        Map<?, ?> result = (Map<?, ?>)
                value(
                        "command: [sh, -c, 'head -c 10000000 /dev/zero | tr \"\\0\" x; head -c 10000000 /dev/zero | tr \"\\0\" y >&2']");

        assertThat((String) result.get("stdout")).hasSize(10_000_000).containsOnlyOnce("x".repeat(10_000_000));
        assertThat((String) result.get("stderr")).hasSize(10_000_000);
    }

    @ParameterizedTest
    @CsvSource({"stdout,1", "stderr,2"})
    void eachOutputIsBounded(String name, int descriptor) {
        CompletableFuture<Output> output = call(
                component("command: [sh, -c, 'echo $$ > pids; exec yes >&" + descriptor + "']", 100_000), Map.of());

        assertThat(failure(output))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTPUT_TOO_LARGE))
                .hasMessage(
                        name
                                + " of the command is too large (at most 100000 bytes for all outputs of a call, weir.http.max-answer)");
        awaitGone(pids(1));
    }

    @Test
    void theOutputsOfAllCommandsAreBoundedTogether() {
        String keys = "command: [[head, -c, '600', /dev/zero], [head, -c, '600', /dev/zero]]";

        assertThat(failure(call(component(keys, 1_200), Map.of()))).isNull();
        assertThat(failure(call(component(keys, 1_199), Map.of())))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTPUT_TOO_LARGE));
    }

    @Test
    void invalidUtf8IsReplaced() throws Exception {
        assertThat(value("command: [printf, 'a\\377b\\355\\225\\234']")).isEqualTo(result("a\uFFFDb한", "", 0));
    }

    @Test
    void theInputIsEmpty() throws Exception {
        assertThat(value("command: [cat]")).isEqualTo(result("", "", 0));
    }

    @Test
    void aTimeOutFailsAndEndsTheTree() {
        CompletableFuture<Output> output = call(component("""
                command: [sh, -c, 'sleep 600 & echo $! >> pids; sleep 600 & echo $! >> pids; echo $$ >> pids; wait']
                timeout: ${input.timeout}
                """), Map.of("timeout", "2s"));

        List<Long> pids = pids(3);
        assertThat(failure(output))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
                .hasMessage("the command 'sh' takes too long (at most 2000 ms, timeout)");
        awaitGone(pids);
    }

    @Test
    void cancellingEndsTheTreeAlsoIfItIgnoresTheSignal() {
        CompletableFuture<Output> output = call(
                component(
                        "command: [sh, -c, 'trap \"\" TERM; (trap \"\" TERM; sleep 600) & echo $! >> pids; echo $$ >> pids; wait']"),
                Map.of());
        List<Long> pids = pids(2);
        cancellation.cancel("client disconnected");

        assertThat(failure(output))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        awaitGone(pids);
    }

    @Test
    void aCancelledRunStartsNothing() {
        cancellation.cancel("client disconnected");

        assertThat(failure(call(component("command: [touch, made]"), Map.of())))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        runner.close();
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void closingTheRunnerEndsAllCommands() {
        CompletableFuture<Output> output =
                call(component("command: [sh, -c, 'sleep 600 & echo $! >> pids; echo $$ >> pids; wait']"), Map.of());
        List<Long> pids = pids(2);
        runner.close();

        assertThat(pids).noneMatch(ShellComponentTest::lives);
        assertThat(failure(output))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
        assertThat(failure(call(component("command: [echo]"), Map.of())))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
    }

    @Test
    void aProcessThatTheCommandLeavesIsEnded() throws Exception {
        Map<?, ?> result = (Map<?, ?>) value("command: [sh, -c, 'sleep 600 & echo $!']");

        assertThat(lives(Long.parseLong((String) result.get("stdout")))).isFalse();
    }

    @Test
    void aMissingProgramFailsTheCall() {
        assertThat(failure(call(component("command: [no-such-program, x]"), Map.of())))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessage(
                        "the command 'no-such-program' cannot be started: there is no such program; install it, or write"
                                + " its whole path");
        assertThat(failure(call(component("command: ['${input.x}']"), Map.of())))
                .hasMessage("command has no program: its first word must not be empty");
    }

    @Test
    void tooManyCommandsAreRefused() {
        runner = runner(1);
        ShellComponent component = component("command: [sh, -c, 'echo $$ > pids; exec sleep 600']");
        CompletableFuture<Output> first = call(component, Map.of());
        List<Long> pids = pids(1);

        assertThat(failure(call(component, Map.of())))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED))
                .hasMessage("too many commands run (1, weir.processes.max-commands): retry later");
        cancellation.cancel("enough");
        assertThat(failure(first)).isNotNull();
        awaitGone(pids);
    }

    @Test
    void aStreamGivesEachLineWhenItIsWritten() throws Exception {
        try (ChunkSource lines = stream("""
                command: [sh, -c, 'echo one; echo err >&2; until [ -f go ]; do :; done; printf "\\n둘\\rthree"; exit 5']
                streaming: true
                output: <${result[]}>
                """)) {
            assertThat(BlockingReader.take(lines)).isEqualTo(new Received.Chunk("<one\n>"));
            Files.createFile(folder.resolve("go"));
            assertThat(BlockingReader.take(lines)).isEqualTo(new Received.Chunk("<\n>"));
            assertThat(BlockingReader.take(lines)).isEqualTo(new Received.Chunk("<둘\rthree>"));
            assertThat(BlockingReader.take(lines)).isInstanceOf(Received.Completed.class);
        }
    }

    /** The output is larger than the queue and the pipe, so that the program cannot end before it is read. */
    @Test
    void aStreamThatIsNotReadStopsTheProgram() throws Exception {
        try (ChunkSource lines = stream("""
                command: [sh, -c, 'echo $$ > pids; exec seq 1 300000']
                streaming: true
                """)) {
            assertThat(BlockingReader.take(lines)).isEqualTo(new Received.Chunk("1\n"));
            long pid = pids(1).get(0);
            for (int number = 2; number <= 300_000; number++) {
                assertThat(number > 100_000 || lives(pid)).isTrue();
                assertThat(BlockingReader.take(lines)).isEqualTo(new Received.Chunk(number + "\n"));
            }
            assertThat(BlockingReader.take(lines)).isInstanceOf(Received.Completed.class);
        }
    }

    @Test
    void aLineWithoutAnEndIsCutBetweenCharacters() throws Exception {
        int bytes = 3 * 50_000;
        StringBuilder text = new StringBuilder();
        BlockingReader.readAll(stream("""
                command: [sh, -c, 'head -c 50000 /dev/zero | sed "s/\\x00/한/g"']
                streaming: true
                """), chunk -> {
            assertThat(((String) chunk).getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(ShellLimits.LONGEST_LINE_BYTES);
            text.append(chunk);
            return true;
        });

        assertThat(text.toString()).isEqualTo("한".repeat(bytes / 3));
    }

    @Test
    void closingAStreamEndsItsTree() throws Exception {
        ChunkSource lines = stream("""
                command: [sh, -c, 'yes & echo $! >> pids; echo $$ >> pids; wait']
                streaming: true
                """);
        List<Long> pids = pids(2);
        assertThat(BlockingReader.take(lines)).isEqualTo(new Received.Chunk("y\n"));
        lines.close();

        awaitGone(pids);
    }

    @Test
    void cancellingEndsAStreamThatNobodyReads() throws Exception {
        ChunkSource lines = stream("""
                command: [sh, -c, 'echo $$ >> pids; exec yes']
                streaming: true
                """);
        List<Long> pids = pids(1);
        cancellation.cancel("client disconnected");

        awaitGone(pids);
        assertThat(((Received.Failed) BlockingReader.take(lines)).cause().code())
                .isEqualTo(ErrorCode.CANCELLED);
    }

    @Test
    void aStreamThatTakesTooLongFailsAfterItsLines() throws Exception {
        try (ChunkSource lines = stream("""
                command: [sh, -c, 'echo one; echo $$ >> pids; exec sleep 600']
                streaming: true
                timeout: 2
                """)) {
            assertThat(BlockingReader.take(lines)).isEqualTo(new Received.Chunk("one\n"));
            assertThat(((Received.Failed) BlockingReader.take(lines)).cause().code())
                    .isEqualTo(ErrorCode.TIMED_OUT);
            awaitGone(pids(1));
        }
    }

    @Test
    void aStreamTakesASingleCommand() {
        assertThat(failure(call(component("command: [[echo], [echo]]\nstreaming: true"), Map.of())))
                .hasMessage("streaming takes a single command: command must be 1, was 2");
    }

    @Test
    void installRunsBeforeTheFirstCallAndCleanAfterTheLast() throws Exception {
        Files.createDirectory(folder.resolve("tools"));
        ShellComponent component = component("""
                manage:
                  scripts:
                    install: [[sh, -c, 'until [ -f ../go ]; do :; done'], [touch, tool]]
                    clean: [rm, tool]
                  working_dir: tools
                  env: {A: b}
                command: [ls, tools]
                """);
        CompletableFuture<Output> output = call(component, Map.of());
        assertThat(component.readiness()).isEqualTo(new Readiness.Loading());
        Files.createFile(folder.resolve("go"));

        assertThat(((Output.Value) Given.by(output)).value()).isEqualTo(result("tool", "", 0));
        assertThat(component.readiness()).isEqualTo(new Readiness.Ready());
        component.close();
        await(() -> !Files.exists(folder.resolve("tools/tool")));
    }

    @Test
    void cleanWaitsForTheEndOfTheLastCommand() {
        ShellComponent component = component("""
                manage:
                  clean: [sh, -c, 'test -f ended && touch cleaned']
                command: [sh, -c, 'trap "until [ -f go ]; do :; done; touch ended; exit" TERM; echo $$ > pids; sleep 600 & wait']
                """);
        CompletableFuture<Output> output = call(component, Map.of());
        List<Long> pids = pids(1);
        cancellation.cancel("the configuration is replaced");
        component.close();
        assertThat(failure(output)).isNotNull();
        assertThat(lives(pids.get(0))).isTrue();
        assertThat(folder.resolve("cleaned")).doesNotExist();
        try {
            Files.createFile(folder.resolve("go"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        await(() -> Files.exists(folder.resolve("cleaned")));
    }

    @Test
    void aFailedInstallFailsTheComponent() {
        ShellComponent component = component("install: [sh, -c, 'echo no network; exit 7']\ncommand: [echo]");

        assertThat(failure(call(component, Map.of())))
                .hasMessage("the command 'sh' ended with status 7; its last lines:\nno network");
        assertThat(component.readiness()).isInstanceOf(Readiness.Failed.class);
    }

    @Test
    void closingTheComponentEndsItsInstallation() {
        ShellComponent component = component("install: [sh, -c, 'echo $$ > pids; exec sleep 600']\ncommand: [echo]");
        List<Long> pids = pids(1);
        component.close();

        awaitGone(pids);
    }

    @Test
    void theTimeOutIsChecked() {
        assertThatThrownBy(() -> Given.by(call(component("command: [echo]\ntimeout: ${input.t}"), Map.of("t", "soon"))))
                .hasMessage("timeout must be seconds or such as 500ms, 30s, 2m, was 'soon' (a text)");
    }
}
