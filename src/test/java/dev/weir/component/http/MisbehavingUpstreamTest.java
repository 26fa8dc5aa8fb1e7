package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.FreePort;
import dev.weir.component.Output;
import dev.weir.component.http.CallFixture.Outcome;
import dev.weir.component.http.RawUpstream.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each kind of faulty upstream has a defined outcome, and leaves no connection open. */
@Tag("slow")
@Timeout(60)
class MisbehavingUpstreamTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String UNTIL_CLOSED = HEAD + "Connection: close\r\n\r\n";
    private static final String DONE = "data: [DONE]\n\n";
    private static final Script WHOLE =
            connection -> connection.send(UNTIL_CLOSED).send(chunk("a") + chunk("b") + DONE);

    private final CallFixture calls = new CallFixture();
    private RawUpstream upstream;

    @AfterEach
    void noConnectionIsLeftOpen() throws InterruptedException {
        CallFixture.await(() -> upstream.openConnections() == 0);
        upstream.close();
        calls.close();
    }

    @Test
    void slowHeadersAreWaitedForWithinTheTimeout() throws Exception {
        upstream = new RawUpstream(connection -> {
            TimeUnit.MILLISECONDS.sleep(100);
            WHOLE.answer(connection);
        });
        assertThat(outcome().text()).isEqualTo("ab");
    }

    @Test
    void headersThatDoNotComeAreATimeOut() throws Exception {
        upstream = new RawUpstream(RawUpstream.Connection::fallSilent);
        Outcome outcome = outcome("timeout: 200ms");
        assertFailed(outcome, ErrorCode.UPSTREAM_TIMED_OUT, "did not answer within 200 ms");
        assertThat(outcome.failure().code().status()).isEqualTo(504);
    }

    @Test
    void slowChunksAreNoTimeOut() throws Exception {
        upstream = new RawUpstream(connection -> {
            connection.send(CHUNKED);
            for (int i = 0; i < 8; i++) {
                TimeUnit.MILLISECONDS.sleep(150);
                connection.chunk(chunk(String.valueOf(i)));
            }
            connection.send("0\r\n\r\n");
        });
        assertThat(outcome("timeout: 1s").text()).isEqualTo("01234567");
    }

    @Test
    void aStallMidStreamIsATimeOutAfterWhatCame() throws Exception {
        upstream = new RawUpstream(
                connection -> connection.send(CHUNKED).chunk(chunk("a")).fallSilent());
        Outcome outcome = outcome("timeout: 200ms");
        assertThat(outcome.chunks()).containsExactly("a");
        assertFailed(outcome, ErrorCode.UPSTREAM_STALLED, "nothing more for 200 ms");
    }

    @Test
    void aCallThatTakesTooLongInAllIsCutThoughItGoesOn() throws Exception {
        upstream = new RawUpstream(connection -> {
            connection.send(CHUNKED);
            while (!connection.over().await(20, TimeUnit.MILLISECONDS)) {
                connection.chunk(chunk("a"));
            }
        });
        Outcome outcome = outcome("total_timeout: 400ms");
        assertThat(outcome.chunks()).isNotEmpty();
        assertFailed(outcome, ErrorCode.TIMED_OUT, "400 ms (total_timeout)");
    }

    @Test
    void theTotalTimeHoldsForTheHeadersToo() throws Exception {
        upstream = new RawUpstream(RawUpstream.Connection::fallSilent);
        assertFailed(outcome("total_timeout: 200ms"), ErrorCode.TIMED_OUT, "total_timeout");
    }

    @Test
    void aResetMidStreamIsToldAfterWhatCame() throws Exception {
        upstream = new RawUpstream(connection -> {
            connection.send(CHUNKED).chunk(chunk("a"));
            TimeUnit.MILLISECONDS.sleep(100);
            connection.reset();
        });
        Outcome outcome = outcome();
        assertThat(outcome.chunks()).containsExactly("a");
        assertFailed(outcome, ErrorCode.UPSTREAM_TRUNCATED, "cut short", "chunked");
    }

    @Test
    void aChunkedBodyThatEndsWithoutItsLastChunkIsCutShort() throws Exception {
        upstream = new RawUpstream(connection -> connection.send(CHUNKED).chunk(chunk("a")));
        Outcome outcome = outcome();
        assertThat(outcome.chunks()).containsExactly("a");
        assertFailed(outcome, ErrorCode.UPSTREAM_TRUNCATED, "cut short", "chunked");
    }

    @Test
    void aBodyThatIsShorterThanItsLengthIsCutShort() throws Exception {
        upstream = new RawUpstream(connection ->
                connection.send(HEAD + "Content-Length: 9999\r\n\r\n").send(chunk("a")));
        assertFailed(outcome(), ErrorCode.UPSTREAM_TRUNCATED, "9999");
    }

    @Test
    void anUpstreamThatClosesInsideAnEventIsCutShort() throws Exception {
        upstream =
                new RawUpstream(connection -> connection.send(UNTIL_CLOSED).send(chunk("a") + "data: {\"choices\":"));
        Outcome outcome = outcome();
        assertThat(outcome.chunks()).containsExactly("a");
        assertFailed(outcome, ErrorCode.UPSTREAM_TRUNCATED, "inside an event");
    }

    @Test
    void anUpstreamThatJustClosesAfterAWholePayloadHasSaidItAll() throws Exception {
        upstream = new RawUpstream(connection ->
                connection.send(UNTIL_CLOSED).send(chunk("a") + chunk("b").stripTrailing()));
        assertThat(outcome().text()).isEqualTo("ab");
    }

    @Test
    void aWrongContentTypeIsNamedInTheError() throws Exception {
        upstream = new RawUpstream(connection -> connection
                .send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
                .send("<!DOCTYPE html>\n<title>Login</title>\n"));
        assertFailed(outcome(), ErrorCode.UPSTREAM_MALFORMED, "not JSON", "text/html", "<!DOCTYPE html>");
    }

    @Test
    void gzipIsReadThoughItWasNotAskedFor() throws Exception {
        byte[] body = gzip(chunk("a") + chunk("한🎉") + DONE);
        upstream = new RawUpstream(connection -> connection
                .send(HEAD + "Content-Encoding: gzip\r\nContent-Length: " + body.length + "\r\n\r\n")
                .send(body));
        assertThat(outcome().text()).isEqualTo("a한🎉");
    }

    @Test
    void gzipThatHasNoEndIsCutShort() throws Exception {
        byte[] body = gzip(chunk("a"));
        upstream = new RawUpstream(connection -> {
            connection.send(UNTIL_CLOSED.replace("Connection", "Content-Encoding: gzip\r\nConnection"));
            connection.out().write(body, 0, body.length - 4);
        });
        assertFailed(outcome(), ErrorCode.UPSTREAM_TRUNCATED, "gzip");
    }

    @Test
    void anEncodingThatIsNotKnownIsNamed() throws Exception {
        upstream = new RawUpstream(connection -> connection
                .send(UNTIL_CLOSED.replace("Connection", "Content-Encoding: br\r\nConnection"))
                .send("xx"));
        assertFailed(outcome(), ErrorCode.UPSTREAM_MALFORMED, "'br'");
    }

    @Test
    void anEndlessLineEndsAtTheLimit() throws Exception {
        upstream = new RawUpstream(connection -> {
            connection.send(UNTIL_CLOSED).send("data: ");
            while (true) {
                connection.send("x".repeat(8192));
            }
        });
        assertFailed(outcome(), ErrorCode.UPSTREAM_TOO_LARGE, "line", "weir.http.max-event", "65536");
    }

    @Test
    void invalidUtf8BecomesReplacementCharacters() throws Exception {
        upstream = new RawUpstream(connection -> connection
                .send(UNTIL_CLOSED)
                .send(chunk("X").replace("X", "a\u00e9").getBytes(StandardCharsets.ISO_8859_1))
                .send(chunk("b") + DONE));
        assertThat(outcome().text()).isEqualTo("a\uFFFDb");
    }

    @Test
    void anErrorEventAndAnErrorPayloadAreToldApart() throws Exception {
        upstream = new RawUpstream(
                connection -> connection.send(UNTIL_CLOSED).send("event: error\ndata: {\"type\":\"overloaded\"}\n\n"),
                connection -> connection.send(UNTIL_CLOSED).send("data: {\"error\":{\"message\":\"no quota\"}}\n\n"));
        assertFailed(outcome(), ErrorCode.UPSTREAM_ERROR_EVENT, "error event", "overloaded");
        assertFailed(outcome(), ErrorCode.UPSTREAM_ERROR_PAYLOAD, "reported an error", "no quota");
    }

    @Test
    void anErrorPayloadIsOneInAStreamOfTextToo() throws Exception {
        upstream = new RawUpstream(connection -> connection
                .send(UNTIL_CLOSED)
                .send("data: fine\n\ndata: {\"error\" is no JSON\n\ndata: {\"error\":{\"message\":\"no quota\"}}\n\n"));
        Outcome outcome = calls.outcome(CallFixture.openAi(upstream.url())
                .replace("stream_format: json", "stream_format: text")
                .replace("${response[].choices[0].delta.content}", "${response[]}"));
        assertThat(outcome.chunks()).containsExactly("fine", "{\"error\" is no JSON");
        assertFailed(outcome, ErrorCode.UPSTREAM_ERROR_PAYLOAD, "no quota");
    }

    @Test
    void anErrorStatusShowsTheFirstTwoThousandCharactersOfItsBody() throws Exception {
        upstream = new RawUpstream(status(403, "", "no " + "x".repeat(9000)));
        Outcome outcome = outcome("max_retries: 3");
        assertFailed(outcome, ErrorCode.UPSTREAM_STATUS, "answered 403: no xxx");
        assertThat(outcome.failure().detail()).hasSizeBetween(2048, 2200).doesNotContain("attempts");
        assertThat(upstream.requestCount()).isOne();
    }

    @Test
    void tooManyRequestsIsTriedAgainAfterTheSecondsItAsksFor() throws Exception {
        upstream = new RawUpstream(status(429, "Retry-After: 1\r\n", "slow down"), WHOLE);
        long began = System.nanoTime();
        assertThat(outcome("max_retries: 1", "retry_delay: 1ms").text()).isEqualTo("ab");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void tooManyRequestsIsTriedAgainAtTheDateItNames() throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2));
        upstream = new RawUpstream(status(503, "Retry-After: " + date + "\r\n", "later"), WHOLE);
        long began = System.nanoTime();
        assertThat(outcome("max_retries: 1", "retry_delay: 1ms").text()).isEqualTo("ab");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(900));
    }

    @Test
    void anUpstreamThatAsksForMoreTimeThanThereIsFailsAtOnce() throws Exception {
        upstream = new RawUpstream(status(429, "Retry-After: 86400\r\n", "tomorrow"));
        assertFailed(outcome("max_retries: 5"), ErrorCode.UPSTREAM_STATUS, "429", "86400 s", "timeout");
        assertThat(upstream.requestCount()).isOne();
    }

    @Test
    void threeTimesFiveHundredAndThenSuccessIsSuccess() throws Exception {
        Script broken = status(500, "", "oops");
        upstream = new RawUpstream(broken, broken, broken, WHOLE);
        assertThat(outcome("max_retries: 3", "retry_delay: 5ms").text()).isEqualTo("ab");
        assertThat(upstream.requestCount()).isEqualTo(4);
    }

    @Test
    void theLastErrorTellsTheNumberOfAttempts() throws Exception {
        upstream = new RawUpstream(status(500, "", "oops"));
        Outcome outcome = outcome("max_retries: 2", "retry_delay: 5ms", "retry_backoff: 2");
        assertFailed(outcome, ErrorCode.UPSTREAM_STATUS, "answered 500: oops (after 3 attempts)");
        assertThat(upstream.requestCount()).isEqualTo(3);
    }

    @Test
    void aStreamThatBreaksBeforeItsFirstChunkIsTriedAgain() throws Exception {
        String role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n";
        upstream = new RawUpstream(
                connection -> connection.send(CHUNKED).chunk(role).reset(),
                connection -> connection.send(CHUNKED).chunk(role),
                connection -> connection.send(CHUNKED).chunk(role).fallSilent(),
                WHOLE);
        assertThat(outcome("max_retries: 3", "retry_delay: 5ms", "timeout: 300ms")
                        .text())
                .isEqualTo("ab");
    }

    @Test
    void nothingIsTriedAgainAfterAChunk() throws Exception {
        upstream = new RawUpstream(connection -> connection.send(CHUNKED).chunk(chunk("a")), WHOLE);
        Outcome outcome = outcome("max_retries: 3", "retry_delay: 5ms");
        assertThat(outcome.chunks()).containsExactly("a");
        assertFailed(outcome, ErrorCode.UPSTREAM_TRUNCATED, "cut short");
        assertThat(upstream.requestCount()).isOne();
    }

    @Test
    void aRefusedConnectionIsTriedAgain() throws Exception {
        upstream = new RawUpstream(WHOLE);
        int free = FreePort.find();
        Outcome outcome =
                calls.outcome(CallFixture.openAi("http://127.0.0.1:" + free, "max_retries: 2", "retry_delay: 5ms"));
        assertFailed(outcome, ErrorCode.UPSTREAM_REFUSED, "refused", "(after 3 attempts)");
    }

    @Test
    void theTotalTimeEndsTheRetriesToo() throws Exception {
        upstream = new RawUpstream(status(500, "", "oops"));
        assertFailed(
                outcome("max_retries: 100", "retry_delay: 10s", "total_timeout: 1s"),
                ErrorCode.UPSTREAM_STATUS,
                "oops");
        assertThat(upstream.requestCount()).isOne();
    }

    @Test
    void aCancelledRunDoesNotWaitForItsRetry() throws Exception {
        upstream = new RawUpstream(status(500, "", "oops"));
        CompletableFuture<Outcome> outcome = CompletableFuture.supplyAsync(() -> {
            try {
                return outcome("max_retries: 1", "retry_delay: 1h", "timeout: 2h", "total_timeout: 3h");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        upstream.request();
        calls.cancellation.cancel("client disconnected");
        assertFailed(outcome.get(20, TimeUnit.SECONDS), ErrorCode.CANCELLED, "client disconnected");
    }

    @Test
    void aRedirectWithinTheHostIsFollowedWithEverything() throws Exception {
        upstream = new RawUpstream(redirect(307, "/elsewhere"), WHOLE);
        assertThat(outcome("headers: {Authorization: Bearer key}").text()).isEqualTo("ab");
        upstream.request();
        assertThat(upstream.request())
                .startsWith("POST /elsewhere ")
                .containsIgnoringCase("Authorization: Bearer key")
                .endsWith("{\"stream\":true}");
    }

    @Test
    void aRedirectToAnotherQueryKeepsThePath() throws Exception {
        upstream = new RawUpstream(redirect(307, "?page=2"), WHOLE);
        assertThat(outcome().text()).isEqualTo("ab");
        upstream.request();
        assertThat(upstream.request()).startsWith("POST /v1?page=2 ");
    }

    @Test
    void aBodyIsNotSentToAnotherHost() throws Exception {
        try (RawUpstream other = new RawUpstream(WHOLE)) {
            upstream = new RawUpstream(redirect(308, other.url() + "/steal"));
            assertFailed(
                    outcome("headers: {x-api-key: key}"),
                    ErrorCode.UPSTREAM_REDIRECT,
                    other.url(),
                    "another host",
                    "in the configuration");
            assertThat(other.requestCount()).isZero();
        }
    }

    @Test
    void aRedirectToAnotherHostIsFollowedWithoutCredentials() throws Exception {
        try (RawUpstream other = new RawUpstream(WHOLE)) {
            upstream = new RawUpstream(redirect(302, other.url() + "/file"));
            assertThat(outcome("headers: {Authorization: Bearer key, x-api-key: key, Accept: text/event-stream}")
                            .text())
                    .isEqualTo("ab");
            assertThat(other.request())
                    .startsWith("GET /file ")
                    .doesNotContain("key")
                    .containsIgnoringCase("accept: text/event-stream")
                    .doesNotContain("stream\":true");
        }
    }

    @Test
    void redirectsInACircleEnd() throws Exception {
        upstream = new RawUpstream(redirect(302, "/again"));
        assertFailed(outcome(), ErrorCode.UPSTREAM_REDIRECT, "5 redirects");
        assertThat(upstream.requestCount()).isEqualTo(6);
    }

    @Test
    void aRedirectWithoutATargetIsTheStatusThatItIs() throws Exception {
        upstream = new RawUpstream(status(302, "", "nowhere"));
        assertFailed(outcome(), ErrorCode.UPSTREAM_STATUS, "answered 302");
    }

    @Test
    void aCallThatCannotBeTimedIsNotLeftRunning() throws Exception {
        upstream = new RawUpstream(RawUpstream.Connection::fallSilent);
        HttpClientComponent component = calls.component(CallFixture.openAi(upstream.url()));
        calls.refuseTimers();
        assertThat(calls.outcome(component).failure()).isNotNull();
        assertThat(calls.outcome(component).failure()).isNotNull();
    }

    @Test
    void aHundredSilentStreamsDoNotDelayTheNextRequest() throws Exception {
        int silent = 100;
        Script[] scripts = new Script[silent + 1];
        for (int i = 0; i < silent; i++) {
            scripts[i] =
                    connection -> connection.send(CHUNKED).chunk(chunk("a")).fallSilent();
        }
        scripts[silent] = WHOLE;
        upstream = new RawUpstream(scripts);
        HttpClientComponent component = calls.component(CallFixture.openAi(upstream.url()));
        List<Output.Streamed> streams = new ArrayList<>();
        for (int i = 0; i < silent; i++) {
            Output.Streamed stream = (Output.Streamed) calls.invoke(component);
            assertThat(CallFixture.first(stream)).isEqualTo("a");
            streams.add(stream);
        }
        CompletableFuture<Outcome> next = CompletableFuture.supplyAsync(() -> {
            try {
                return calls.outcome(component);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(within(next, Duration.ofSeconds(5)).text()).isEqualTo("ab");
        assertThat(upstream.openConnections()).isGreaterThanOrEqualTo(silent);
        streams.forEach(stream -> stream.chunks().close());
    }

    private static <T> T within(CompletableFuture<T> future, Duration time) throws Exception {
        try {
            return future.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + time, e);
        }
    }

    private Outcome outcome(String... more) throws InterruptedException {
        return calls.outcome(CallFixture.openAi(upstream.url(), more));
    }

    private static void assertFailed(Outcome outcome, ErrorCode code, String... told) {
        assertThat(outcome.failure()).isNotNull();
        assertThat(outcome.failure().detail()).contains(told);
        assertThat(outcome.failure().code()).isEqualTo(code);
    }

    private static Script status(int status, String header, String body) {
        return connection -> connection
                .send("HTTP/1.1 " + status + " Status\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n"
                        + header + "\r\n")
                .send(body);
    }

    private static Script redirect(int status, String location) {
        return status(status, "Location: " + location + "\r\n", "");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static String chunk(String content) {
        return FakeUpstream.openAi(content);
    }
}
