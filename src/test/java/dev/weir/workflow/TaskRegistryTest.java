package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskRegistryTest {
    /** The size of a text of 952 characters, with its object. */
    private static final int THOUSAND = 1_000;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final TaskRegistry tasks = new TaskRegistry(THOUSAND, clock);
    private final RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value("unused"), "");

    @Test
    void aTaskIsKeptForAnHourAndThenGoesWithoutAnyOtherComing() {
        Run run = added();
        now = now.plus(Duration.ofDays(1));
        assertThat(tasks.find(run.taskId())).as("at work for a day").contains(run);
        end(run, "x");
        now = now.plus(Duration.ofMinutes(59));
        assertThat(tasks.find(run.taskId())).contains(run);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(tasks.find(run.taskId())).isEmpty();
    }

    @Test
    void aboveTheMemoryForOutputsWhoEndedFirstGoesFirst() {
        Run startedFirst = added();
        List<Run> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            others.add(added());
        }
        others.forEach(run -> end(run, "x".repeat(THOUSAND - 48)));
        assertThat(kept(others)).containsExactlyElementsOf(others);
        end(startedFirst, "y");
        assertThat(kept(others)).containsExactlyElementsOf(others.subList(1, 4));
        assertThat(tasks.find(startedFirst.taskId())).contains(startedFirst);
    }

    @Test
    void runsWithoutOutputAreBoundedInNumberAndThoseAtWorkNotAtAll() {
        Run atWork = added();
        List<Run> failed = new ArrayList<>();
        for (int i = 0; i < 1_010; i++) {
            failed.add(added());
        }
        failed.forEach(run -> {
            run.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
            tasks.ended(run);
        });
        assertThat(kept(failed)).containsExactlyElementsOf(failed.subList(10, 1_010));
        assertThat(tasks.find(atWork.taskId())).contains(atWork);
        assertThat(tasks.open()).isEqualTo(1);
    }

    private Run added() {
        Run run = fixture.admit(null, Map.of());
        tasks.add(run);
        return run;
    }

    private void end(Run run, String output) {
        run.complete(output);
        tasks.ended(run);
    }

    private List<Run> kept(List<Run> runs) {
        return runs.stream().filter(run -> tasks.find(run.taskId()).isPresent()).toList();
    }
}
