package dev.weir.workflow.served;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stream.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClosingsTest {
    private final List<String> closed = new ArrayList<>();
    private boolean refusing = true;
    private final Closings closings = new Closings(new Tasks(task -> {
        if (refusing) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        task.run();
    }));

    private void close(String what) {
        closings.close(what, () -> closed.add(what));
    }

    @Test
    void whatNoThreadCouldBeHadForIsClosedWithTheNext() throws InterruptedException {
        close("a");
        assertThat(closed).isEmpty();
        refusing = false;
        close("b");
        assertThat(closed).containsExactly("b", "a");
        assertThat(closings.await(Duration.ZERO)).isTrue();
    }

    @Test
    void orAtTheEnd() throws InterruptedException {
        close("a");
        assertThat(closings.await(Duration.ZERO)).isTrue();
        assertThat(closed).containsExactly("a");
    }

    @Test
    void aFailureIsLoggedAndCountsAsClosed() throws InterruptedException {
        refusing = false;
        closings.close("a", () -> {
            throw new OutOfMemoryError("on purpose");
        });
        assertThat(closings.await(Duration.ZERO)).isTrue();
    }
}
