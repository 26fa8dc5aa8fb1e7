package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateWindowTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final HandClock clock = new HandClock();

    private RateWindow window(int count, Duration span) {
        return new RateWindow(new Rate(count, span), clock.getAsLong());
    }

    private RateWindow.Standing take(RateWindow window) {
        return window.take(clock.getAsLong());
    }

    @Test
    void letsThroughAllAtOnceAndThenNone() {
        RateWindow window = window(3, MINUTE);

        assertThat(take(window).remaining()).isEqualTo(2);
        assertThat(take(window).remaining()).isEqualTo(1);
        assertThat(take(window)).matches(RateWindow.Standing::granted).matches(last -> last.remaining() == 0);
        assertThat(take(window).granted()).isFalse();
    }

    @Test
    void saysWhenThereIsMoreAndThenThereIs() {
        RateWindow window = window(1, MINUTE);
        take(window);
        clock.advance(Duration.ofSeconds(20));
        Duration more = take(window).more();

        assertThat(more).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(41));
        clock.advance(more.minusMillis(1));
        assertThat(take(window).granted()).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(take(window).granted()).isTrue();
    }

    @Test
    void isAsNewAfterALongSilence() {
        RateWindow window = window(2, Duration.ofSeconds(1));
        take(window);
        take(window);
        assertThat(window.isFull(clock.getAsLong())).isFalse();

        clock.advance(Duration.ofDays(400));

        assertThat(window.isFull(clock.getAsLong())).isTrue();
        assertThat(take(window).remaining()).isEqualTo(1);
    }

    @Test
    void letsNoMoreThroughInAnySpanOfThatLength() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            Rate rate = new Rate(1 + random.nextInt(20), Duration.ofSeconds(1 + random.nextInt(100)));
            RateWindow window = new RateWindow(rate, clock.getAsLong());
            List<Long> granted = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                if (take(window).granted()) {
                    granted.add(clock.getAsLong());
                }
                clock.advance(rate.window().multipliedBy(random.nextInt(60)).dividedBy(10L * rate.count()));
            }
            for (int i = rate.count(); i < granted.size(); i++) {
                long span = granted.get(i) - granted.get(i - rate.count());
                assertThat(span)
                        .as(rate + ", grant " + i)
                        .isGreaterThanOrEqualTo(rate.window().toNanos());
            }
        }
    }

    /** 64 clients repeat requests after each answer, for the first minute and for the ten minutes after it. */
    @ParameterizedTest
    @CsvSource({"60, 60", "600, 60", "10, 1", "6000, 60", "300, 30"})
    void holdsItsRateWithinTwoPercentHoweverManyAsk(int count, int seconds) {
        RateWindow window = window(count, Duration.ofSeconds(seconds));
        double expected = 60.0 * count / seconds;

        assertThat(grantedIn(window, 60))
                .isBetween((int) Math.floor(0.98 * expected), (int) Math.ceil(1.02 * expected));
        assertThat(grantedIn(window, 600) / 10.0).isBetween(0.98 * expected, 1.02 * expected);
    }

    private int grantedIn(RateWindow window, int seconds) {
        int granted = 0;
        for (int millis = 0; millis < seconds * 1000; millis++) {
            for (int client = 0; client < 64 && take(window).granted(); client++) {
                granted++;
            }
            clock.advance(Duration.ofMillis(1));
        }
        return granted;
    }
}
