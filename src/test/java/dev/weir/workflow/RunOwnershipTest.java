package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.security.Access;
import dev.weir.security.Caller;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Tasks of one caller do not exist for another caller. */
class RunOwnershipTest {
    private static final Caller ALICE = Caller.known("alice", Set.of("alice", "writer")::contains);
    private static final Caller BOB = Caller.known("bob", Set.of("bob")::contains);

    private final RunnerFixture fixture = RunnerFixture.of(() -> new Output.Value("done"), """
            controller:
              auth:
                type: api-key
                keys:
                  alice: {key: '${env.ALICE_KEY | key-of-alice-16-chars}', roles: [writer]}
                  bob: {key: '${env.BOB_KEY | key-of-bob-16-chars}'}
            workflows:
              - {id: open, component: a, default: true}
              - {id: writers, component: a, allow: [writer], limits: {streams: 1}}
            component:
              id: a
              type: http-client
              endpoint: http://127.0.0.1:9
            """);

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private Run run(String workflow, Caller caller) {
        return fixture.runs().admit(workflow, Map.of(), Access.of(caller), () -> {});
    }

    @Test
    void aTaskIsThereForWhoStartedItOnly() {
        Run run = run("open", ALICE);

        assertThat(fixture.tasks().get(run.taskId(), ALICE)).isSameAs(run);
        assertRefused(ErrorCode.UNKNOWN_TASK, () -> fixture.tasks().get(run.taskId(), BOB));
        assertRefused(ErrorCode.UNKNOWN_TASK, () -> fixture.tasks().get(run.taskId(), Caller.ANYONE));
    }

    @Test
    void aWorkflowIsThereForWhomItAllowsOnly() {
        assertThat(fixture.workflows().all(ALICE)).hasSize(2);
        assertThat(fixture.workflows().all(BOB)).hasSize(1);
        assertThat(run("writers", ALICE).workflow().id()).isEqualTo("writers");
        String unknown = message("nothing");
        assertRefused(ErrorCode.UNKNOWN_WORKFLOW, () -> run("writers", BOB));
        assertThat(message("writers").replace("writers", "nothing"))
                .isEqualTo(unknown)
                .doesNotContain("writer");
    }

    private String message(String workflow) {
        try {
            fixture.workflows().workflow(workflow, BOB);
            return "";
        } catch (WeirException e) {
            return e.detail();
        }
    }

    @Test
    void aRunGivesItsPlaceBackWhenItEnds() {
        Run first = run("writers", ALICE);
        assertRefused(ErrorCode.RATE_LIMITED, () -> run("writers", ALICE));

        first.cancel("no longer wanted");

        assertThat(run("writers", ALICE)).isNotNull();
    }

    @Test
    void aRunThatIsNotAdmittedHoldsNoPlace() {
        for (int i = 0; i < 3; i++) {
            assertRefused(ErrorCode.UNKNOWN_WORKFLOW, () -> run("writers", BOB));
        }
        assertThat(run("writers", ALICE)).isNotNull();
    }
}
