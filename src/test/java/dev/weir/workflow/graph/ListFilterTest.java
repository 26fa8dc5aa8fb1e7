package dev.weir.workflow.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Condition;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.Dependencies;
import dev.weir.config.FilterJob;
import dev.weir.config.yaml.Location;
import dev.weir.stream.Cancellation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class ListFilterTest {
    private static final FilterJob JOB = new FilterJob(
            "keep",
            Template.parse("${input.all}"),
            new Condition.Comparison(
                    Template.parse("${item}"), Condition.Operator.IN, Template.parse("${input.wanted}")),
            null,
            null,
            Dependencies.NONE,
            new Location(Path.of("model-compose.yml"), 1, 1));
    private static final Map<String, List<Integer>> INPUT = Map.of("all", List.of(1, 2, 3, 4), "wanted", List.of(4, 2));

    private final Cancellation cancellation = new Cancellation();

    @Test
    void keepsTheElementsThatPass() {
        assertThat(filter(() -> 0).kept()).containsExactly(2, 4);
    }

    @Test
    void endsWhenItsTimeIsOver() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE); // The value of System.nanoTime may overflow.
        long step = Duration.ofSeconds(4).toNanos();

        assertThatThrownBy(() -> filter(() -> now.getAndAdd(step)).kept())
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessage(
                        "input of a filter has 4 elements, of which 2 were tested in 10 s, the most that it may take:"
                                + " send fewer");
    }

    @Test
    void endsWithItsRun() {
        LongSupplier clock = () -> {
            cancellation.cancel("client disconnected");
            return 0;
        };

        assertThatThrownBy(() -> filter(clock).kept())
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    }

    @Test
    void whatIsNoListIsRefused() {
        ListFilter filter = new ListFilter(
                JOB,
                Objects.requireNonNull(JOB.input()),
                Bindings.empty().with(Source.INPUT, Map.of("all", 1)),
                cancellation,
                System::nanoTime);

        assertThatThrownBy(filter::kept).hasMessage("input of a filter must be a list, was 1 (a number)");
    }

    private ListFilter filter(LongSupplier nanos) {
        return new ListFilter(
                JOB,
                Objects.requireNonNull(JOB.input()),
                Bindings.empty().with(Source.INPUT, INPUT),
                cancellation,
                nanos);
    }
}
