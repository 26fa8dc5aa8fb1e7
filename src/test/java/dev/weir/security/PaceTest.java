package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final HandClock clock = new HandClock();
    private final Pace pace = new Pace(new Rate(100, Duration.ofSeconds(1)), clock.getAsLong());

    private Duration take() {
        return Duration.ofNanos(pace.takeNanos(clock.getAsLong()));
    }

    @Test
    void spacesTurnsEvenlyInTheOrderOfComing() {
        Duration last = Duration.ZERO;
        for (int i = 0; i < 1000; i++) {
            last = take();
        }
        assertThat(last).isBetween(Duration.ofMillis(9960), Duration.ofMillis(10_000));
        Duration next = take();
        assertThat(next.minus(last)).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void keepsNobodyWaitingWhoIsSlowerThanTheRate() {
        for (int i = 0; i < 100; i++) {
            assertThat(take()).isZero();
            clock.advance(Duration.ofMillis(11));
        }
    }

    @Test
    void doesNotSaveUpForLaterWhatWasNotTaken() {
        clock.advance(Duration.ofHours(1));
        int atOnce = 0;
        while (take().isZero()) {
            atOnce++;
        }
        assertThat(atOnce).isLessThanOrEqualTo(3);
    }

    @Test
    void isIdleWhenItsLastTurnIsOver() {
        assertThat(pace.isIdle(clock.getAsLong())).isTrue();
        take();
        assertThat(pace.isIdle(clock.getAsLong())).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(pace.isIdle(clock.getAsLong())).isTrue();
    }
}
