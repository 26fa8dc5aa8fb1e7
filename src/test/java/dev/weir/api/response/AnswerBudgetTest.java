package dev.weir.api.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import org.junit.jupiter.api.Test;

class AnswerBudgetTest {
    private static final int LARGE = 2 * AnswerBudget.COUNTED_BYTES;

    private final AnswerBudget budget = new AnswerBudget(LARGE);

    @Test
    void largeAnswersShareTheBoundAndOneMayAlwaysBeWritten() {
        Runnable first = budget.hold(10L * LARGE);
        assertThatThrownBy(() -> budget.hold(LARGE))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED))
                .hasMessageContaining("weir.http.body-memory");
        first.run();
        assertThat(budget.held()).isZero();
        budget.hold(LARGE);
        assertThatThrownBy(() -> budget.hold(AnswerBudget.COUNTED_BYTES)).isInstanceOf(WeirException.class);
    }

    @Test
    void smallAnswersAreNotCounted() {
        budget.hold(LARGE);
        budget.hold(AnswerBudget.COUNTED_BYTES - 1).run();
        assertThat(budget.held()).isEqualTo(LARGE);
    }
}
