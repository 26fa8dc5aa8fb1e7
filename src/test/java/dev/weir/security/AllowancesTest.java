package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.LimitsConfig;
import dev.weir.config.Rate;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AllowancesTest {
    private static final LimitsConfig LIMITS = new LimitsConfig(
            Optional.of(new Rate(2, Duration.ofMinutes(1))),
            Optional.of(1),
            Optional.of(new Rate(1, Duration.ofHours(1))));

    private final HandClock clock = new HandClock();
    private final Allowances<Integer> allowances = new Allowances<>("address", LIMITS, 100, clock);

    @Test
    void eachHasItsOwn() {
        assertThat(allowances.of(1)).isSameAs(allowances.of(1)).isNotSameAs(allowances.of(2));
    }

    @Test
    void aFloodTakesNoMoreMemoryAndNothingFromThoseWhoAreThere() {
        Allowance known = allowances.of(-1);
        known.request();
        for (int address = 0; address < 10_000; address++) {
            allowances.of(address).request();
        }

        assertThat(allowances.size()).isEqualTo(100);
        assertThat(allowances.of(-1)).isSameAs(known);
        assertThat(allowances.of(20_000)).isSameAs(allowances.of(30_000));
    }

    @Test
    void thoseWhoHaveAllBackAreForgottenForOthers() {
        for (int address = 0; address < 100; address++) {
            allowances.of(address).request();
        }
        assertThat(allowances.of(100)).isSameAs(allowances.of(101));

        clock.advance(Duration.ofMinutes(2));

        assertThat(allowances.of(100)).isNotSameAs(allowances.of(101));
        assertThat(allowances.size()).isEqualTo(2);
    }

    @Test
    void whoHasARunOrPacesItsChunksIsNotForgotten() {
        allowances.of(1).enter(Allowance.Use.RUN);
        allowances.of(2).enter(Allowance.Use.BODY);
        allowances.of(3).paceNanos();
        clock.advance(Duration.ofMinutes(2));

        assertThat(allowances.of(1).isIdle()).isFalse();
        assertThat(allowances.of(2).isIdle()).isFalse();
        assertThat(allowances.of(3).isIdle()).isFalse();
        allowances.of(1).leave(Allowance.Use.RUN);
        assertThat(allowances.of(1).isIdle()).isTrue();
    }
}
