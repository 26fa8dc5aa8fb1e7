package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Given;
import dev.weir.component.Output;
import dev.weir.security.Access;
import dev.weir.security.Caller;
import dev.weir.stream.DeliveryStats;
import dev.weir.telemetry.TraceContext;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The jobs of a run and its log line have the trace of its request. */
@Timeout(60)
class TracedRunsTest {
    private static final TraceContext TRACE =
            new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "01", "");
    private static final String YAML = """
            workflows:
              - id: outer
                default: true
                jobs:
                  - {id: first, component: a}
                  - {id: second, component: nested, depends_on: [first]}
              - {id: inner, component: a}
            components:
              - {id: a, type: http-client, endpoint: 'http://127.0.0.1:9'}
              - {id: nested, type: workflow, workflow: inner}
            """;

    private final Queue<TraceContext> called = new ConcurrentLinkedQueue<>();
    private final RunnerFixture fixture = RunnerFixture.answering(
            invocation -> {
                called.add(invocation.trace());
                return Given.now(() -> new Output.Value("text"));
            },
            YAML);

    private Run run(Access access) throws InterruptedException {
        Run run = fixture.runs().admit(null, Map.of(), access, () -> {});
        fixture.drive(run);
        return run;
    }

    @Test
    void eachCallOfARunHasTheTraceAlsoInCalledWorkflows() throws InterruptedException {
        Access access = Access.open();
        access.continueTrace(TRACE);
        Run run = run(access.by(Caller.ANYONE));
        assertThat(called).containsExactly(TRACE, TRACE);
        assertThat(RunLog.line(run, new DeliveryStats())).endsWith(" trace=" + TRACE.traceId());
    }

    @Test
    void aRunOutsideAnyTraceLogsNone() throws InterruptedException {
        Run run = run(Access.open());
        assertThat(called).containsExactly(TraceContext.NONE, TraceContext.NONE);
        assertThat(RunLog.line(run, new DeliveryStats())).doesNotContain("trace=");
    }
}
