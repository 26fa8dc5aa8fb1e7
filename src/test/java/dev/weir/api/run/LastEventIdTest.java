package dev.weir.api.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastEventIdTest {
    private static final String TASK = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    @Test
    void anIdOfARunNamesItsTask() {
        assertThat(LastEventId.ofRun(TASK + ":12")).isEqualTo(new LastEventId(TASK, 12, false));
        assertThat(LastEventId.ofRun(" " + TASK + ":end ")).isEqualTo(new LastEventId(TASK, 0, true));
    }

    @Test
    void anIdOfATasksEventsIsANumberOrNamesThatTask() {
        assertThat(LastEventId.ofTask(TASK, "")).isEqualTo(new LastEventId(TASK, 0, false));
        assertThat(LastEventId.ofTask(TASK, "12")).isEqualTo(new LastEventId(TASK, 12, false));
        assertThat(LastEventId.ofTask(TASK, TASK + ":end")).isEqualTo(new LastEventId(TASK, 0, true));
        assertThatThrownBy(() -> LastEventId.ofTask("01BX5ZZKBKACTAV9WEVGEMMVRZ", TASK + ":1"))
                .hasMessageContaining("an event of task 01BX5ZZKBKACTAV9WEVGEMMVRZ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "x", ":", TASK_COLON, TASK_COLON + "-1", TASK_COLON + "1\n2", "a:1", "１:1"})
    void whatIsNoIdIsRefused(String header) {
        assertThatThrownBy(() -> LastEventId.ofRun(header))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST))
                .hasMessageStartingWith("Last-Event-ID must be TASK:NUMBER");
    }

    private static final String TASK_COLON = TASK + ":";
}
