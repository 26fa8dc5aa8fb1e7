package dev.weir.workflow;

import static dev.weir.stream.Schedules.explore;
import static dev.weir.stream.Schedules.require;
import static dev.weir.stream.Schedules.together;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.security.Caller;
import dev.weir.security.Reservation;
import dev.weir.stream.ManualTimers;
import dev.weir.stream.Numbered;
import dev.weir.stream.Received;
import dev.weir.stream.Schedules;
import dev.weir.stream.Timers;
import dev.weir.workflow.admission.Admission;
import dev.weir.workflow.admission.Permit;
import dev.weir.workflow.event.EventLog;
import dev.weir.workflow.event.EventReader;
import dev.weir.workflow.served.ServedConfiguration;
import dev.weir.workflow.served.ServedWorkflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Resources, waits, messages and ends of a run, under many schedules. */
@Tag("schedules")
class WorkflowSchedulesTest {
    private static final int MANY = 80;
    /** The number of schedules for long scenarios. */
    private static final int FEW = 25;

    @Test
    void aPermitGivesEachThingBackOnceAndTheSeatLast() {
        explore(MANY, () -> {
            AtomicInteger given = new AtomicInteger();
            AtomicInteger givenBeforeSeat = new AtomicInteger(-1);
            AtomicInteger seats = new AtomicInteger();
            Permit permit = new Permit(() -> {
                seats.incrementAndGet();
                givenBeforeSeat.set(given.get());
            });
            permit.hold(given::incrementAndGet);
            permit.hold(given::incrementAndGet);
            together(permit::runEnded, permit::clientAnswered);
            require(given.get() == 2, "given back: " + given);
            require(seats.get() == 1, "seats left: " + seats);
            require(givenBeforeSeat.get() == 2, "given back before the seat was left: " + givenBeforeSeat);
        });
    }

    @Test
    void whatAPermitIsGivenAroundTheEndIsGivenBackOnce() {
        explore(MANY, () -> {
            AtomicInteger given = new AtomicInteger();
            AtomicInteger seats = new AtomicInteger();
            Permit permit = new Permit(seats::incrementAndGet);
            together(
                    () -> {
                        permit.runEnded();
                        permit.clientAnswered();
                    },
                    () -> permit.hold(given::incrementAndGet),
                    permit::runEnded);
            require(given.get() == 1, "given back: " + given);
            require(seats.get() == 1, "seats left: " + seats);
        });
    }

    @Test
    void aPlaceIsNeverTakenTwiceAndEachTicketBeginsOnce() {
        explore(MANY, () -> {
            Admission admission = new Admission(2, 2, Duration.ZERO, new Timers(new ManualTimers()));
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger begun = new AtomicInteger();
            Schedules.Code run = () -> {
                Schedules.Signal place = new Schedules.Signal();
                Admission.Ticket ticket = admission.enter(1);
                ticket.await(
                        () -> {
                            begun.incrementAndGet();
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            place.run();
                        },
                        () -> require(false, "too long"),
                        () -> require(false, "no timer"));
                place.await();
                inside.decrementAndGet();
                ticket.leave();
            };
            together(run, run, run);
            require(begun.get() == 3, "begun: " + begun);
            require(most.get() == 1, "places taken at once: " + most);
        });
    }

    @Test
    void aTicketThatWaitedTooLongBeginsOnceAndKeepsNoPlace() {
        explore(MANY, () -> {
            ManualTimers timers = new ManualTimers();
            Admission admission = new Admission(2, 2, Duration.ZERO, new Timers(timers));
            Admission.Ticket first = admission.enter(1);
            Admission.Ticket second = admission.enter(1);
            AtomicInteger begun = new AtomicInteger();
            together(
                    () -> second.await(begun::incrementAndGet, second::leave, () -> require(false, "no timer")),
                    timers::fire,
                    first::leave);
            second.leave();
            require(begun.get() == 1, "begun: " + begun);
            require(timers.pending() == 0, "timers left: " + timers.pending());
            AtomicInteger third = new AtomicInteger();
            require(
                    !admission.enter(1).await(third::incrementAndGet, () -> {}, () -> {}) && third.get() == 1,
                    "the place was not free in the end");
        });
    }

    /** The numbers of the chunks that {@code reader} reads to its end. */
    private static List<Object> read(EventReader reader) {
        List<Object> read = new ArrayList<>();
        while (true) {
            Schedules.Signal readable = new Schedules.Signal();
            Received received = reader.poll(readable);
            if (received == null) {
                readable.await();
            } else if (received instanceof Received.Chunk chunk) {
                read.add(((Numbered) chunk.value()).number());
            } else {
                read.add(received.getClass());
                return read;
            }
        }
    }

    private static void produce(EventLog log, int count, int ahead) {
        for (int i = 0; i < count; i++) {
            boolean room = false;
            while (!room) {
                Schedules.Signal made = new Schedules.Signal();
                room = log.hasRoom(ahead, made);
                if (!room) {
                    made.await();
                }
            }
            log.append(i);
        }
        log.end(new Received.Completed());
    }

    @Test
    void aReaderThatHoldsLosesNoEventAndNobodyWaitsForEver() {
        explore(FEW, () -> {
            EventLog log = new EventLog(1, 1_000);
            EventReader reader = log.read(0, true, log::release);
            List<Object> read = new ArrayList<>();
            together(() -> produce(log, 3, 1), () -> read.addAll(read(reader)));
            require(read.equals(List.of(1L, 2L, 3L, Received.Completed.class)), "read " + read);
        });
    }

    @Test
    void aReaderThatIsReleasedOrEndedLetsTheProducerGoOn() {
        explore(FEW, () -> {
            EventLog log = new EventLog(1, 1_000);
            EventReader left = log.read(0, true, log::release);
            EventReader ended = log.read(0, false, log::release);
            List<Object> read = new ArrayList<>();
            together(
                    () -> produce(log, 3, 1),
                    left::close,
                    () -> read.addAll(read(ended)),
                    () -> ended.end(new WeirException(ErrorCode.SUPERSEDED, "by the test")));
            require(log.newest() == 3, "appended " + log.newest());
            long number = 0;
            for (Object each : read.subList(0, read.size() - 1)) {
                require(each.equals(++number), "read " + read);
            }
        });
    }

    @Test
    void aRunEndsOnceAndDoesNotBeginAfterItsEnd() {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value(1), "");
        Run pattern = fixture.admit(null, Map.of());
        ServedConfiguration served = pattern.served();
        ServedWorkflow workflow = served.workflows(Caller.ANYONE).get(0);
        explore(FEW, () -> {
            AtomicInteger ended = new AtomicInteger();
            AtomicInteger given = new AtomicInteger();
            AtomicInteger cancelled = new AtomicInteger();
            Permit permit = new Permit(() -> {});
            permit.hold(given::incrementAndGet);
            EventLog log = new EventLog(4, 1_000);
            Run run = new Run(
                    "task",
                    served,
                    workflow,
                    pattern.filter(),
                    Map.of(),
                    pattern.ticket(),
                    Reservation.none(),
                    permit,
                    log,
                    over -> ended.incrementAndGet());
            run.cancellation().onCancel(cancelled::incrementAndGet);
            boolean[] begunLate = new boolean[1];
            RunState[] seen = new RunState[2];
            together(
                    () -> {
                        boolean over = run.state().ended();
                        begunLate[0] = run.begin() && over;
                    },
                    () -> {
                        run.cancel("a");
                        seen[0] = run.state();
                    },
                    () -> {
                        run.complete("b");
                        seen[1] = run.state();
                    });
            require(!begunLate[0], "it began after its end");
            require(!run.begin(), "it began after its end");
            require(seen[0] == run.state() && seen[1] == run.state(), "two ends: " + List.of(seen));
            require(ended.get() == 1 && given.get() == 1 && cancelled.get() == 1, "ended " + ended + " times");
            boolean completed = read(run.events(0)).contains(Received.Completed.class);
            require(completed == run.hasCompleted(), "its events end otherwise than the run");
        });
    }
}
