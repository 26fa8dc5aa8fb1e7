package dev.weir.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class EncodingBudgetTest {
    private final EncodingBudget budget = new EncodingBudget(100, new Tasks(Runnable::run));
    private final Cancellation cancellation = new Cancellation();
    private final List<String> order = new ArrayList<>();

    /** Runs {@code meanwhile} during an encoding of {@code characters}. */
    private void holding(long characters, Runnable meanwhile) {
        assertThat(budget.during(characters, cancellation, () -> {
                    meanwhile.run();
                    return "held";
                }))
                .isCompletedWithValue("held");
    }

    private CompletableFuture<String> named(String name, long characters) {
        return budget.during(characters, cancellation, () -> {
            order.add(name);
            return name;
        });
    }

    @Test
    void encodesAtOnceWhatHasRoom() {
        holding(60, () -> assertThat(named("small", 40)).isCompletedWithValue("small"));
    }

    @Test
    void whatHasNoRoomWaitsWithoutAThreadAndKeepsItsOrder() {
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        holding(60, () -> {
            waiting.add(named("first", 50));
            waiting.add(named("second", 1));
            assertThat(order).isEmpty();
            assertThat(budget.waiting()).isEqualTo(2);
        });

        assertThat(order).containsExactly("first", "second");
        assertThat(waiting).allMatch(CompletableFuture::isDone);
    }

    @Test
    void aTextLargerThanTheBudgetHasItsTurnAlone() {
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        holding(1, () -> {
            waiting.add(named("huge", 1_000_000));
            waiting.add(named("small", 1));
            assertThat(order).isEmpty();
        });

        assertThat(order).containsExactly("huge", "small");
        assertThat(waiting).allMatch(CompletableFuture::isDone);
    }

    @Test
    void aCancelledRunLeavesAndTheNextGoesOn() {
        Cancellation leaving = new Cancellation();
        holding(60, () -> {
            CompletableFuture<String> left = budget.during(100, leaving, () -> "unreached");
            CompletableFuture<String> next = named("next", 40);
            assertThat(next).isNotDone();
            leaving.cancel("client disconnected");

            assertThat(left).isCompletedExceptionally();
            assertThatThrownBy(left::join).hasCauseInstanceOf(WeirException.class);
            assertThat(next).isCompletedWithValue("next");
        });
    }

    @Test
    void aFailureGivesTheRoomBack() {
        CompletableFuture<String> failed = budget.during(100, cancellation, () -> {
            throw new WeirException(ErrorCode.INVALID_INPUT, "no");
        });

        assertThat(failed).isCompletedExceptionally();
        assertThat(named("next", 100)).isCompletedWithValue("next");
    }

    @Test
    void whatNoThreadTakesGivesTheRoomBack() {
        EncodingBudget refused = new EncodingBudget(1, new Tasks(task -> {
            throw new RejectedExecutionException("ending");
        }));
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        assertThat(refused.during(1, cancellation, () -> waiting.add(refused.during(1, cancellation, () -> "late"))))
                .isDone();

        assertThat(waiting).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(refused.during(1, cancellation, () -> "now")).isCompletedWithValue("now");
    }
}
