package dev.weir.workflow.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Timers;
import dev.weir.workflow.HandTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdmissionTest {
    private static final int MANY = 1_000_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final HandTimers timers = new HandTimers();
    private final List<String> begun = new ArrayList<>();

    @Test
    void aTicketBeginsAtOnceWhereThereIsAPlace() {
        Admission admission = new Admission(MANY, 1, MINUTE, new Timers(timers));
        assertThat(begin("a", admission.enter(1))).isFalse();
        assertThat(begun).containsExactly("a");
        assertThat(timers.pending()).isZero();
    }

    @Test
    void whoeverWaitedLongestGetsThePlace() {
        Admission admission = new Admission(MANY, 8, MINUTE, new Timers(timers));
        Admission.Ticket a = admission.enter(1);
        Admission.Ticket b = admission.enter(1);
        Admission.Ticket c = admission.enter(1);
        begin("c", c);
        begin("b", b);
        a.leave();
        assertThat(begun).containsExactly("b");
        b.leave();
        assertThat(begun).containsExactly("b", "c");
        assertThat(timers.pending()).isZero();
    }

    @Test
    void aFullRoomRefuses() {
        Admission admission = new Admission(MANY, 1, MINUTE, new Timers(timers));
        Admission.Ticket a = admission.enter(2);
        admission.enter(2);
        Admission.Ticket waits = admission.enter(2);
        assertThatThrownBy(() -> admission.enter(2))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TOO_MANY_RUNS))
                .hasMessageContaining("too many runs are at work (2, controller.max_concurrent_count)")
                .hasMessageContaining("or wait (1, weir.runs.queue)");
        waits.leave();
        Admission.Ticket next = admission.enter(2);
        a.leave();
        assertThat(begin("next", next)).isFalse();
    }

    @Test
    void noMoreThanTheServerAllowsAreEverAtWorkAndFurtherOnesAreRefused() {
        Admission admission = new Admission(2, 8, MINUTE, new Timers(timers));
        Admission.Ticket a = admission.enter(0);
        admission.enter(0);
        assertThatThrownBy(() -> admission.enter(0))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TOO_MANY_RUNS))
                .hasMessageContaining("too many runs are at work (2, weir.runs.max)");
        a.leave();
        assertThat(begin("b", admission.enter(0))).isFalse();
    }

    @Test
    void noLimitMeansNoRoom() {
        Admission admission = new Admission(MANY, 0, MINUTE, new Timers(timers));
        for (int i = 0; i < 100; i++) {
            assertThat(begin("run", admission.enter(0))).isFalse();
        }
        assertThat(begun).hasSize(100);
    }

    @Test
    void aPlaceIsFreedOnceHoweverOftenItIsLeft() {
        Admission admission = new Admission(MANY, 2, MINUTE, new Timers(timers));
        Admission.Ticket a = admission.enter(1);
        begin("b", admission.enter(1));
        begin("c", admission.enter(1));
        a.leave();
        a.leave();
        assertThat(begun).containsExactly("b");
    }

    @Test
    void leavingTheRoomBeginsSoThatTheEndIsToldAndFreesNoPlace() {
        Admission admission = new Admission(MANY, 2, MINUTE, new Timers(timers));
        Admission.Ticket a = admission.enter(1);
        Admission.Ticket b = admission.enter(1);
        begin("b", b);
        begin("c", admission.enter(1));
        b.leave();
        assertThat(begun).containsExactly("b");
        a.leave();
        assertThat(begun).containsExactly("b", "c");
    }

    @Test
    void aTicketThatWasLeftBeforeItWasAwaitedBeginsAtOnce() {
        Admission admission = new Admission(MANY, 1, MINUTE, new Timers(timers));
        admission.enter(1);
        Admission.Ticket b = admission.enter(1);
        b.leave();
        assertThat(begin("b", b)).isFalse();
        assertThat(begun).containsExactly("b");
    }

    @Test
    void patienceEndsOnlyForWhoStillWaits() {
        Admission admission = new Admission(MANY, 2, MINUTE, new Timers(timers));
        Admission.Ticket a = admission.enter(1);
        Admission.Ticket b = admission.enter(1);
        Admission.Ticket c = admission.enter(1);
        begin("b", b);
        begin("c", c);
        a.leave();
        assertThat(timers.pending()).isEqualTo(1);
        timers.fire();
        assertThat(begun).containsExactly("b", "c too long", "c");
    }

    @Test
    void aHigherLimitLetsThoseInWhoWait() {
        Admission admission = new Admission(MANY, 3, MINUTE, new Timers(timers));
        admission.enter(1);
        begin("b", admission.enter(1));
        begin("c", admission.enter(1));
        begin("d", admission.enter(3));
        assertThat(begun).containsExactly("b", "c");
        begin("e", admission.enter(0));
        assertThat(begun).containsExactly("b", "c", "d", "e");
    }

    @Test
    void noTicketWaitsForTimersThatHaveEnded() {
        Admission admission = new Admission(MANY, 1, MINUTE, new Timers(timers));
        admission.enter(1);
        Admission.Ticket b = admission.enter(1);
        timers.shutdownNow();
        assertThat(begin("b", b)).isFalse();
        assertThat(begun).containsExactly("b untimed", "b");
    }

    @Test
    void underContentionEveryPlaceIsTakenAndFreedOnce() throws Exception {
        int threads = 16;
        int places = 3;
        Admission admission = new Admission(MANY, Integer.MAX_VALUE, MINUTE, new Timers(timers));
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger begins = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                clients.add(pool.submit(() -> {
                    together.await();
                    for (int round = 0; round < 200; round++) {
                        useAPlace(admission.enter(places), pool, atWork, most, begins);
                    }
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        } finally {
            pool.shutdown();
        }
        assertThat(begins).hasValue(threads * 200);
        assertThat(most.get()).isBetween(1, places);
        assertThat(timers.pending()).isZero();
        for (int i = 0; i < places; i++) {
            assertThat(begin("after", admission.enter(places))).isFalse();
        }
        assertThat(begin("one too many", admission.enter(places))).isTrue();
    }

    /** Waits for a place and frees it. In about half of the calls another thread gives up the ticket meanwhile. */
    private static void useAPlace(
            Admission.Ticket ticket,
            ExecutorService pool,
            AtomicInteger atWork,
            AtomicInteger most,
            AtomicInteger begins)
            throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        boolean givenUp = ThreadLocalRandom.current().nextBoolean();
        if (givenUp) {
            pool.execute(ticket::leave);
        }
        ticket.await(
                () -> {
                    begins.incrementAndGet();
                    begun.countDown();
                },
                ticket::leave,
                ticket::leave);
        begun.await();
        if (!givenUp) {
            most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
            atWork.decrementAndGet();
            ticket.leave();
        }
        ticket.leave();
    }

    private boolean begin(String name, Admission.Ticket ticket) {
        return ticket.await(
                () -> begun.add(name),
                () -> {
                    begun.add(name + " too long");
                    ticket.leave();
                },
                () -> {
                    begun.add(name + " untimed");
                    ticket.leave();
                });
    }
}
