package dev.weir.api.form;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.FakeBody;
import dev.weir.config.LimitsConfig;
import dev.weir.files.TemporaryFolder;
import dev.weir.runtime.TestSettings;
import dev.weir.security.Access;
import dev.weir.security.Allowance;
import dev.weir.security.Caller;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingBodiesTest {
    private static final int MAX_BODY = 4 << 20;
    private static final int MEMORY = 1 << 20;
    private static final int ON_DISK = BodyStore.LARGEST_IN_MEMORY + 1;

    @TempDir
    Path temporary;

    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final AtomicLong nanos = new AtomicLong();
    private final List<ReceivedBody> arrived = new ArrayList<>();
    private final List<WeirException> failed = new ArrayList<>();
    private final Allowance address = allowance(2);
    private boolean refusing;
    private TemporaryFolder folder;
    private IncomingBodies bodies;

    @BeforeEach
    void begin() {
        timers.setRemoveOnCancelPolicy(true);
        folder = new TemporaryFolder(temporary);
        bodies = new IncomingBodies(
                TestSettings.of(Map.of(
                        "weir.http.max-body",
                        Integer.toString(MAX_BODY),
                        "weir.http.body-memory",
                        Integer.toString(MEMORY))),
                new Tasks(this::execute),
                new Timers(timers),
                nanos::get,
                folder);
    }

    /** Asserts after each test that no body, memory or file remains. */
    @AfterEach
    void nothingIsLeft() throws IOException {
        runTasks();
        arrived.forEach(ReceivedBody::close);
        assertThat(bodies.count()).isZero();
        assertThat(timers.getQueue()).isEmpty();
        assertThat(bodies.budget().memory()).isZero();
        assertThat(bodies.budget().files()).isZero();
        assertThat(filesOnDisk()).isZero();
        access().reserveBody().close();
        timers.shutdownNow();
        folder.close();
    }

    private static Allowance allowance(int streams) {
        return new Allowance(
                "address",
                new LimitsConfig(Optional.empty(), Optional.of(streams), Optional.empty()),
                System::nanoTime);
    }

    private Access access() {
        Access access = Access.of(Caller.ANYONE);
        access.count(address);
        return access;
    }

    private void execute(Runnable task) {
        if (refusing) {
            throw new RejectedExecutionException("no thread");
        }
        tasks.add(task);
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private FakeBody receive(FakeBody body) {
        bodies.receive(body.request(), access(), arrived::add, failed::add);
        return body;
    }

    private void fireTimer() {
        Runnable timer = timers.getQueue().element();
        timers.remove(timer);
        timer.run();
        // The check itself is a task.
        tasks.remove().run();
    }

    private long filesOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("body-"))
                    .count();
        }
    }

    private String text(ReceivedBody body) {
        StringBuilder text = new StringBuilder();
        body.read(1, in -> {
            try {
                text.append(new String(in.readAllBytes(), UTF_8));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return new RunRequest(null, Map.of(), true, true, false);
        });
        return text.toString();
    }

    private ErrorCode onlyFailure() {
        runTasks();
        assertThat(arrived).isEmpty();
        assertThat(failed).hasSize(1);
        return failed.get(0).code();
    }

    @Test
    void aSmallBodyThatIsThereIsReadAtOnce() throws IOException {
        FakeBody body = FakeBody.of(5);
        body.comes("hello");
        receive(body);
        assertThat(body.hasListener()).isFalse();
        assertThat(tasks).isEmpty();
        assertThat(text(arrived.get(0))).isEqualTo("hello");
    }

    @Test
    void noBodyIsAnEmptyOne() {
        receive(FakeBody.of(0));
        assertThat(text(arrived.get(0))).isEmpty();
    }

    @Test
    void aBodyInPartsIsHandedToATaskWhenItIsWhole() throws IOException {
        FakeBody body = receive(FakeBody.of(5));
        body.comes("hel");
        body.comes("lo");
        assertThat(arrived).isEmpty();
        body.ends();
        body.recycle();
        assertThat(arrived).isEmpty();
        assertThat(timers.getQueue()).isEmpty();
        runTasks();
        assertThat(text(arrived.get(0))).isEqualTo("hello");
    }

    @Test
    void aBodyAfterAnUpgradeEndsWithItsLastByte() throws IOException {
        FakeBody body = receive(new FakeBody(Map.of("Content-Length", List.of("5"), "Upgrade", List.of("h2c"))));
        body.comes("hel");
        runTasks();
        assertThat(arrived).isEmpty();
        body.comes("lo");
        runTasks();
        assertThat(text(arrived.get(0))).isEqualTo("hello");
        body.ends();
        runTasks();
        assertThat(arrived).hasSize(1);
        assertThat(failed).isEmpty();
    }

    @Test
    void aLargeBodyLiesInAFileUntilItIsRead() throws IOException {
        FakeBody body = receive(new FakeBody(Map.of("Transfer-Encoding", List.of("chunked"))));
        String large = "x".repeat(ON_DISK);
        body.comes(large);
        assertThat(filesOnDisk()).isOne();
        assertThat(bodies.budget().memory()).isZero();
        body.ends();
        runTasks();
        assertThat(text(arrived.get(0))).isEqualTo(large);
        assertThat(filesOnDisk()).isZero();
    }

    @Test
    void largeBodiesAreHandedOverOneAfterTheOther() throws IOException {
        byte[] large = new byte[ON_DISK];
        for (int i = 0; i < 2; i++) {
            FakeBody body = receive(FakeBody.of(ON_DISK));
            body.comes(large);
            body.ends();
        }
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(arrived).hasSize(1);
        runTasks();
        assertThat(arrived).hasSize(2);
    }

    @Test
    void aBodyThatBringsNothingTimesOut() throws IOException {
        FakeBody body = receive(FakeBody.of(500));
        body.comes("{");
        nanos.addAndGet(Duration.ofSeconds(29).toNanos());
        fireTimer();
        assertThat(failed).isEmpty();
        body.comes("x");
        nanos.addAndGet(Duration.ofSeconds(29).toNanos());
        fireTimer();
        assertThat(failed).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        fireTimer();
        assertThat(onlyFailure()).isEqualTo(ErrorCode.BODY_TIMED_OUT);
        body.recycle();
        body.comes("late");
        body.breaksOff();
        body.ends();
        assertThat(onlyFailure()).isEqualTo(ErrorCode.BODY_TIMED_OUT);
    }

    @Test
    void aBodyOfAByteNowAndThenTimesOutToo() throws IOException {
        FakeBody body = receive(FakeBody.of(500));
        int bytes = 0;
        while (failed.isEmpty() && tasks.isEmpty()) {
            body.comes("x");
            bytes++;
            nanos.addAndGet(Duration.ofSeconds(20).toNanos());
            fireTimer();
        }
        assertThat(bytes).isEqualTo(30);
        assertThat(onlyFailure()).isEqualTo(ErrorCode.BODY_TIMED_OUT);
    }

    @Test
    void aBodyThatBreaksOffIsMalformed() throws IOException {
        FakeBody body = receive(FakeBody.of(ON_DISK));
        body.comes(new byte[ON_DISK - 1]);
        body.breaksOff();
        assertThat(onlyFailure()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
    }

    @Test
    void aBodyThatEndsBeforeItsLengthIsMalformed() throws IOException {
        FakeBody body = receive(FakeBody.of(5));
        body.comes("hell");
        body.ends();
        assertThat(onlyFailure()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItsFirstByteOrWithTheByteTooMany() throws IOException {
        FakeBody declared = receive(FakeBody.of(MAX_BODY + 1));
        assertThat(declared.hasListener()).isFalse();
        assertThat(onlyFailure()).isEqualTo(ErrorCode.BODY_TOO_LARGE);
        failed.clear();
        FakeBody chunked = receive(new FakeBody(Map.of()));
        chunked.comes(new byte[MAX_BODY + 1]);
        assertThat(onlyFailure()).isEqualTo(ErrorCode.BODY_TOO_LARGE);
    }

    @Test
    void smallBodiesThatFindNoMemoryGoToFiles() throws IOException {
        for (int i = 0; i < 6; i++) {
            FakeBody body = FakeBody.of(BodyStore.LARGEST_IN_MEMORY);
            bodies.receive(body.request(), Access.open(), arrived::add, failed::add);
            body.comes(new byte[BodyStore.LARGEST_IN_MEMORY]);
            body.ends();
        }
        runTasks();
        assertThat(arrived).hasSize(6);
        assertThat(bodies.budget().memory()).isLessThanOrEqualTo(MEMORY / 2);
        assertThat(filesOnDisk()).isEqualTo(4);
    }

    @Test
    void bodiesThatFindNoRoomOnTheDiskAreOverloaded() throws IOException {
        for (int i = 0; i < 3; i++) {
            FakeBody body = FakeBody.of(MAX_BODY - 1);
            bodies.receive(body.request(), Access.open(), arrived::add, failed::add);
            body.comes(new byte[MAX_BODY - 1]);
            if (i < 2) {
                body.ends();
            }
        }
        runTasks();
        assertThat(arrived).hasSize(2);
        assertThat(failed).singleElement().extracting(WeirException::code).isEqualTo(ErrorCode.OVERLOADED);
    }

    @Test
    void readingABodyThatFindsNoMemoryIsOverloadedAndItIsFreeAgainWhenAnotherHasClosed() throws IOException {
        for (int i = 0; i < 2; i++) {
            FakeBody body = receive(FakeBody.of(200_000));
            body.comes("x".repeat(200_000));
            body.ends();
        }
        runTasks();
        assertThatThrownBy(() -> text(arrived.get(0))).hasMessageContaining("weir.http.body-memory");
        arrived.get(1).close();
        assertThat(text(arrived.get(0))).hasSize(200_000);
        assertThat(bodies.budget().memory()).isLessThan(1000);
    }

    @Test
    void bodiesOnTheirWayAreCountedForEachAddress() throws IOException {
        FakeBody first = receive(FakeBody.of(5));
        FakeBody second = receive(FakeBody.of(5));
        receive(FakeBody.of(5));
        assertThat(failed).singleElement().extracting(WeirException::code).isEqualTo(ErrorCode.RATE_LIMITED);
        first.breaksOff();
        FakeBody third = receive(FakeBody.of(5));
        second.breaksOff();
        third.breaksOff();
        assertThat(bodies.count()).isZero();
    }

    @Test
    void theEndOfTheApplicationEndsAllThatIsOnItsWayNowAndLater() throws IOException {
        FakeBody waiting = receive(FakeBody.of(5));
        waiting.comes("h");
        FakeBody large = receive(FakeBody.of(ON_DISK));
        large.comes(new byte[ON_DISK]);
        large.ends();
        bodies.endAll();
        bodies.receive(FakeBody.of(5).request(), Access.open(), arrived::add, failed::add);
        runTasks();
        assertThat(arrived).isEmpty();
        assertThat(failed).hasSize(3).allMatch(failure -> failure.code() == ErrorCode.SHUTTING_DOWN);
    }

    @Test
    void withoutThreadsAndTimersEachBodyFails() throws IOException {
        FakeBody body = receive(FakeBody.of(ON_DISK));
        body.comes(new byte[ON_DISK]);
        refusing = true;
        body.ends();
        assertThat(failed).singleElement().extracting(WeirException::code).isEqualTo(ErrorCode.SHUTTING_DOWN);
        timers.shutdownNow();
        FakeBody late = receive(FakeBody.of(5));
        assertThat(late.hasListener()).isFalse();
        assertThat(failed).hasSize(2).allMatch(failure -> failure.code() == ErrorCode.SHUTTING_DOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "'', -1, not a number",
        "'', +61, not a number",
        "'', 9223372036854775808, not a number",
        "'', '5;6', two different",
        "chunked, 5, both",
        "x, '', other than chunked",
        "'gzip, chunked', '', other than chunked",
        "'chunked;chunked', '', other than chunked",
    })
    void lengthsThatSayNothingAreMalformed(String codings, String lengths, String told) {
        receive(new FakeBody(Map.of("Transfer-Encoding", values(codings), "Content-Length", values(lengths))));
        assertThat(onlyFailure()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
        assertThat(failed.get(0)).hasMessageContaining(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "identity, gzip", "garbage"})
    void aCompressedBodyIsUnsupportedAndNotRead(String coding) {
        receive(new FakeBody(Map.of("Content-Encoding", List.of(coding), "Content-Length", List.of("2"))));
        assertThat(onlyFailure()).isEqualTo(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    }

    @Test
    void theCodingThatChangesNothingIsTaken() throws IOException {
        FakeBody body = receive(
                new FakeBody(Map.of("Content-Encoding", List.of("Identity"), "Transfer-Encoding", List.of("chunked"))));
        body.comes("{}");
        body.ends();
        runTasks();
        assertThat(text(arrived.get(0))).isEqualTo("{}");
    }

    private static List<String> values(String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(";"));
    }
}
