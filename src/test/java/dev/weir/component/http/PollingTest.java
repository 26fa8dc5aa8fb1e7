package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.component.http.CallFixture.Outcome;
import dev.weir.component.http.RawUpstream.Script;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PollingTest {
    private static final Script ACCEPTED = json(202, "{\"id\": 7}");

    private final CallFixture calls = new CallFixture();
    private RawUpstream upstream;

    @AfterEach
    void noConnectionIsLeftOpen() throws InterruptedException {
        if (upstream != null) {
            CallFixture.await(() -> upstream.openConnections() == 0);
            upstream.close();
        }
        calls.close();
    }

    @Test
    void theAnswerIsAskedForUntilItIsReady() throws Exception {
        upstream = new RawUpstream(
                ACCEPTED,
                json(200, "{\"job\": {\"state\": \"queued\"}}"),
                json(503, "busy"),
                json(404, "not yet"),
                json(200, "{\"job\": {\"state\": \"done\"}, \"text\": \"ready\"}"));
        Outcome outcome = outcome("""
                      status: job.state
                      success_when: [done]
                      fail_when: [failed]
                """, "${result.text} of ${response.id}");
        assertThat(outcome.text()).isEqualTo("\"ready of 7\"");
        assertThat(upstream.request()).startsWith("POST /jobs ").containsIgnoringCase("x-key: k");
        for (int i = 0; i < 4; i++) {
            assertThat(upstream.request()).startsWith("GET /jobs/7 ").containsIgnoringCase("x-key: k");
        }
    }

    @Test
    void theStateMayBeAnExpression() throws Exception {
        upstream = new RawUpstream(ACCEPTED, json(200, "[{\"ok\": false}]"), json(200, "[{\"ok\": true}]"));
        Outcome outcome = outcome("      status: ${result[0].ok}\n      success_when: [true]\n", "${result}");
        assertThat(outcome.text()).isEqualTo("[{\"ok\":true}]");
    }

    @Test
    void withoutAStateTheStatusTells() throws Exception {
        upstream = new RawUpstream(ACCEPTED, json(202, "{}"), json(200, "{\"n\": 1}"));
        assertThat(outcome("", "${result}").text()).isEqualTo("{\"n\":1}");
        upstream.close();
        upstream = new RawUpstream(ACCEPTED, json(200, "{}"), json(201, "{\"n\": 2}"));
        assertThat(outcome("      success_when: [201]\n", "${result}").text()).isEqualTo("{\"n\":2}");
    }

    @Test
    void aStateThatMeansFailureFailsTheCall() throws Exception {
        upstream = new RawUpstream(ACCEPTED, json(200, "{\"state\": \"failed\", \"why\": \"no paper\"}"));
        assertFailed(
                outcome("      status: state\n      success_when: [done]\n      fail_when: failed\n", "${result}"),
                ErrorCode.UPSTREAM_STATUS,
                "'failed'",
                "no paper");
    }

    @Test
    void anAnswerThatWillNotChangeFailsTheCall() throws Exception {
        upstream = new RawUpstream(ACCEPTED, json(401, "no key"));
        assertFailed(
                outcome("      status: state\n      success_when: [done]\n", "${result}"),
                ErrorCode.UPSTREAM_STATUS,
                "answered 401: no key");
    }

    /** The job was accepted: it is not sent again, whatever happens to a status request. */
    @Test
    void aQuestionWhoseAnswerIsCutIsAskedAgain() throws Exception {
        upstream = new RawUpstream(
                ACCEPTED,
                connection -> connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"sta"),
                json(200, "{\"state\": \"done\"}"));
        Outcome outcome = outcome("      status: state\n      success_when: [done]\n", "${result.state}");
        assertThat(outcome.text()).isEqualTo("\"done\"");
        assertThat(upstream.request()).startsWith("POST ");
        assertThat(upstream.request()).startsWith("GET ");
        assertThat(upstream.request()).startsWith("GET ");
    }

    @Test
    void theWaitEndsAndTellsTheLastState() throws Exception {
        upstream = new RawUpstream(ACCEPTED, json(200, "{\"state\": \"queued\"}"));
        assertFailed(
                outcome("      status: state\n      success_when: [done]\n      timeout: 400ms\n", "${result}"),
                ErrorCode.TIMED_OUT,
                "400 ms",
                "queued");
    }

    @Test
    void statusesMatchPatterns() {
        assertThat(Polling.matches(204, List.of("404", "2xx"))).isTrue();
        assertThat(Polling.matches(204, List.of("200-204"))).isTrue();
        assertThat(Polling.matches(205, List.of("200-204", "204", "4XX", ""))).isFalse();
    }

    private Outcome outcome(String completion, String output) throws InterruptedException {
        return calls.outcome("""
                component:
                  type: http-client
                  base_url: %s
                  headers: {X-Key: k}
                  path: /jobs
                  completion:
                    type: polling
                    path: /jobs/${response.id}
                    interval: 10ms
                %s  output: "%s"
                """.formatted(upstream.url(), completion.replaceAll("(?m)^  ", ""), output));
    }

    private static void assertFailed(Outcome outcome, ErrorCode code, String... told) {
        assertThat(outcome.failure()).isNotNull();
        assertThat(outcome.failure().detail()).contains(told);
        assertThat(outcome.failure().code()).isEqualTo(code);
    }

    private static Script json(int status, String body) {
        return connection -> connection.send("HTTP/1.1 " + status
                + " Status\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
    }
}
