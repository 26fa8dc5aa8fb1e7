package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.RateLimitedException;
import dev.weir.config.LimitsConfig;
import dev.weir.config.Rate;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessTest {
    private final HandClock clock = new HandClock();
    private final Allowance key = new Allowance("key", limits(2, 1), clock);
    private final Allowance workflow = new Allowance("workflow", limits(100, 100), clock);

    private static LimitsConfig limits(int requests, int streams) {
        return new LimitsConfig(
                Optional.of(new Rate(requests, Duration.ofMinutes(1))), Optional.of(streams), Optional.empty());
    }

    private Access access() {
        Access access = Access.of(Caller.known("alice", Set.of("writer")::contains));
        access.count(key);
        return access;
    }

    @Test
    void tellsItsQuotasInTheFormOfTheDraft() {
        Access access = access();
        access.reserveRun(workflow);

        assertThat(access.policies()).hasValue("\"key\";q=2;w=60, \"workflow\";q=100;w=60");
        assertThat(access.quotas()).hasValue("\"key\";r=1;t=61, \"workflow\";r=99;t=61");
    }

    @Test
    void tellsWhoIsRefusedWhenToComeAgain() {
        access();
        access();

        assertThatThrownBy(this::access)
                .isInstanceOfSatisfying(
                        RateLimitedException.class,
                        refused -> assertThat(refused.retryAfterSeconds()).isBetween(60L, 61L))
                .hasMessageContaining("request limit of this key is reached (2 in 60 s)");
    }

    @Test
    void tellsAnEmptyQuotaBeforeItRefuses() {
        access();
        access();
        Access third = Access.of(Caller.ANYONE);

        assertThatThrownBy(() -> third.count(key)).isInstanceOf(RateLimitedException.class);
        assertThat(third.quotas()).hasValue("\"key\";r=0;t=61");
    }

    @Test
    void aRunTakesAPlaceUntilItIsGivenBackOnce() {
        Reservation first = access().reserveRun(workflow);
        Access second = access();
        assertThatThrownBy(() -> second.reserveRun(workflow))
                .isInstanceOf(RateLimitedException.class)
                .hasMessageContaining("limit of runs of this key is reached (1 at a time)");

        first.close();
        first.close();

        Reservation again = second.reserveRun(workflow);
        assertThat(again.owner()).isEqualTo("alice");
        assertThatThrownBy(() -> second.reserveRun(workflow)).isInstanceOf(RateLimitedException.class);
    }

    @Test
    void aRefusedClaimGivesBackWhatItHadOfOthers() {
        Allowance full = new Allowance("workflow", limits(100, 1), clock);
        full.enter(Allowance.Use.RUN);
        Access access = access();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> access.reserveRun(full)).isInstanceOf(RateLimitedException.class);
        }

        assertThat(access.reserveRun(workflow)).isNotNull();
    }

    @Test
    void aClaimThatFoundNoRequestLeftHoldsNoPlace() {
        Allowance spent = new Allowance("workflow", limits(1, 1), clock);
        spent.request();
        Access access = access();

        assertThatThrownBy(() -> access.reserveRun(spent)).isInstanceOf(RateLimitedException.class);
        assertThat(access.reserveRun(workflow)).isNotNull();
    }

    @Test
    void runsReadersAndBodiesHavePlacesOfTheirOwn() {
        Access access = access();
        access.reserveRun(workflow);

        Reservation reader = access.reserveReader();

        assertThatThrownBy(access::reserveReader).hasMessageContaining("readers of events");
        reader.close();
        assertThat(access.reserveReader()).isNotNull();

        Reservation body = access.reserveBody();
        assertThatThrownBy(access::reserveBody)
                .hasMessageContaining("limit of request bodies on their way of this key is reached (1 at a time)");
        body.close();
        assertThat(access.reserveBody()).isNotNull();
    }

    @Test
    void whereNothingIsLimitedNothingIsTold() {
        Access access = Access.open();
        Reservation claim = access.reserveRun(new Allowance("workflow", LimitsConfig.NONE, clock));

        assertThat(access.policies()).isEmpty();
        assertThat(access.quotas()).isEmpty();
        assertThat(claim.hasPace()).isFalse();
        assertThat(claim.owner()).isEmpty();
    }

    @Test
    void allowIsAnyOfItsNames() {
        Caller alice = Caller.known("alice", Set.of("writer")::contains);

        assertThat(alice.isAmong(Set.of())).isTrue();
        assertThat(alice.isAmong(Set.of("reader", "writer"))).isTrue();
        assertThat(alice.isAmong(Set.of("reader"))).isFalse();
        assertThat(Caller.UNKNOWN.isAmong(Set.of())).isFalse();
        assertThat(Caller.ANYONE.isAmong(Set.of("reader"))).isTrue();
    }
}
