package dev.weir.api.run;

import dev.weir.WeirException;
import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.RequestGate;
import dev.weir.api.response.AnswerBudget;
import dev.weir.json.Json;
import dev.weir.security.Access;
import dev.weir.sse.OpenResponses;
import dev.weir.sse.ResponsePump;
import dev.weir.sse.ResponseStream;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.SourceReading;
import dev.weir.stream.Tasks;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunListener;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.Runs;
import dev.weir.workflow.event.EventReader;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Answers the request that starts a run, or that continues its stream, with the run's output. No thread waits for the run. */
public final class RunResponder implements RunListener, ResponsePump.Owner {
    /** The header fields of each stream. */
    public static final Map<String, String> STREAM_HEADERS;

    static {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Cache-Control", "no-cache, no-transform");
        headers.put("X-Accel-Buffering", "no");
        STREAM_HEADERS = Collections.unmodifiableMap(headers);
    }

    private static final System.Logger LOG = System.getLogger(RunResponder.class.getName());

    private final Access access;
    private final FailureForm failures;
    private final Services services;
    private final DeliveryStats delivery = new DeliveryStats();
    private final ResponsePump pump;
    private volatile @Nullable RunForm form;
    private volatile @Nullable Run run;
    private volatile boolean bodyIsUnread;
    private volatile boolean begun;
    /** True if the run continues without this connection. */
    private volatile boolean detached;

    private boolean ended;
    private Runnable whenEnded = () -> {};

    /** The services that an answer needs. */
    public record Services(
            Runs runs, ProblemDocuments problems, OpenResponses open, Tasks writers, AnswerBudget answers) {}

    /**
     * Takes an open response, which this object ends.
     *
     * @param failures the form of all failures
     */
    public RunResponder(ResponseStream response, Access access, FailureForm failures, Services services) {
        this.access = access;
        this.failures = failures;
        this.services = services;
        // Stops the updates of the servlet response's headers: the head that the pump writes reports the allowances.
        access.whenTaken(taken -> {});
        this.pump = new ResponsePump(response, this, delivery, services.writers(), services.open());
    }

    /**
     * Runs {@code action} once after the end of the response, or at once if the response has ended. Actions run in the order of
     * their registration.
     */
    private void whenEnded(Runnable action) {
        synchronized (this) {
            if (!ended) {
                Runnable before = whenEnded;
                whenEnded = () -> {
                    try {
                        before.run();
                    } finally {
                        action.run();
                    }
                };
                return;
            }
        }
        action.run();
    }

    /** Starts {@code admitted} and answers with its output. Never throws. */
    public void answer(RunForm asked, Run admitted) {
        if (!isFor(asked, admitted)) {
            // The client disconnected before its run was admitted.
            admitted.cancel("client disconnected");
            services.runs().answered(admitted, delivery);
            return;
        }
        try {
            RunAnswer.Body pending = asked.atOnce(admitted).orElse(null);
            if (pending != null) {
                if (detach()) {
                    services.runs().startInBackground(admitted);
                    pump.answer(whole(pending), noChunks());
                }
                return;
            }
            RunAnswer.Kept kept = asked.kept(admitted).orElse(null);
            if (kept != null) {
                new KeptRun(kept, admitted, this).start(services.runs());
                return;
            }
            asked.announced(admitted).ifPresent(head -> pump.announce(stream(head, null)));
            services.runs().start(admitted, this);
        } catch (RuntimeException | Error e) {
            WeirException failure = WeirException.of(e);
            admitted.fail(failure);
            pump.fail(failure);
        }
    }

    /** Answers a request without a run. Never throws. */
    public void reply(RunAnswer.Body body) {
        try {
            whenEnded(services.answers().hold(body.bytes().length));
        } catch (RuntimeException | Error e) {
            pump.fail(WeirException.of(e));
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        if (!body.contentType().isEmpty()) {
            headers.put("Content-Type", body.contentType());
        }
        RequestGate.setRateLimitHeaders(access, headers::put);
        headers.putAll(body.headers());
        pump.answer(new ResponsePump.Whole(body.status(), headers, body.bytes(), body.chunks()), noChunks());
    }

    /** Answers the client of a run that continues without it; does nothing for a client that has disconnected. */
    void release(RunAnswer.Body pending) {
        if (detach()) {
            pump.answer(whole(pending), noChunks());
        }
    }

    /** Answers with the whole output of a run that has ended. */
    void complete(RunAnswer.Body body) {
        deliver(body, noChunks());
    }

    /** Records that the run of a client that was released has ended. */
    void endedWithoutClient() {
        services.runs().answered(own(), delivery);
    }

    private synchronized boolean isFor(RunForm asked, Run admitted) {
        if (ended) {
            return false;
        }
        form = asked;
        run = admitted;
        return true;
    }

    /** Lets the run continue without this connection; false if the connection has ended, which cancels the run. */
    private synchronized boolean detach() {
        detached = !ended;
        return detached;
    }

    /** Answers a request that has not started a run. */
    public void refuse(WeirException refusal) {
        pump.fail(refusal);
    }

    /** Answers a request with an incomplete body, and closes its connection: no further request can follow there. */
    public void refuseBody(WeirException refusal) {
        bodyIsUnread = true;
        pump.fail(refusal);
    }

    /** Continues the stream of {@code continued} after the last event that its client has received. */
    void resume(Run continued, EventReader reader) {
        synchronized (this) {
            run = continued;
            detached = true;
        }
        ResponsePump.Stream rest = stream(RunApiForm.continued(continued, reader), reader);
        pump.goesOn();
        pump.stream(rest);
    }

    @Override
    public void onBegin() {
        begun = true;
        pump.runBegan();
    }

    @Override
    public void onOutput(RunOutput output) {
        try {
            RunForm asked = Objects.requireNonNull(form);
            if (output instanceof RunOutput.Streamed streamed) {
                deliver(asked.of(own(), streamed), streamed);
            } else {
                deliver(asked.of(own(), (RunOutput.Value) output), null);
            }
        } catch (RuntimeException | Error e) {
            if (output instanceof RunOutput.Streamed streamed) {
                streamed.chunks().close();
            }
            WeirException failure = WeirException.of(e);
            own().fail(failure);
            pump.fail(failure);
        }
    }

    @Override
    public void onFailure(WeirException failure) {
        pump.fail(failure);
    }

    /**
     * Delivers an answer.
     *
     * @param streamed the run's output if it is a stream
     */
    private void deliver(RunAnswer answer, RunOutput.@Nullable Streamed streamed) {
        if (answer instanceof RunAnswer.Stream stream) {
            if (streamed != null && stream.isContinuable()) {
                continuable(stream.head(), streamed);
            } else {
                pump.stream(stream(stream.head(), stream.chunks()));
            }
        } else if (answer instanceof RunAnswer.Whole known) {
            deliver(known.body(), known.asStream());
        } else if (answer instanceof RunAnswer.Collected collected) {
            collect(collected);
        } else if (answer instanceof RunAnswer.Refused refused) {
            own().cancel(refused.reason());
            if (streamed != null) {
                streamed.chunks().close();
            }
            pump.fail(refused.failure());
        }
    }

    private void continuable(RunAnswer.Head head, RunOutput.Streamed output) {
        if (detach()) {
            pump.stream(stream(head, services.runs().makeResumable(own(), output, delivery)));
        } else {
            output.chunks().close();
        }
    }

    private void deliver(RunAnswer.Body body, ChunkSource asStream) {
        whenEnded(services.answers().hold(body.bytes().length));
        pump.answer(whole(body), asStream);
    }

    private void collect(RunAnswer.Collected collected) {
        RunAnswer.Collector collector = collected.collector();
        AtomicLong kept = new AtomicLong();
        CompletionStage<Void> read = SourceReading.readAll(
                collected.chunks(),
                chunk -> {
                    services.runs().requireSize(kept.addAndGet(collector.add(chunk)));
                    return true;
                },
                services.writers());
        read.whenComplete((nothing, failure) -> {
            try {
                if (failure == null) {
                    deliver(collector.body(), noChunks());
                } else {
                    fail(failure);
                }
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        });
    }

    private void fail(Throwable cause) {
        WeirException failure = WeirException.of(cause);
        own().fail(failure);
        pump.fail(failure);
    }

    private static ChunkSource noChunks() {
        ChunkQueue none = new ChunkQueue(1);
        none.complete();
        return none;
    }

    private ResponsePump.Stream stream(RunAnswer.Head head, @Nullable ChunkSource source) {
        return new ResponsePump.Stream(
                head.framing(), headers(head.framing().contentType(), head.headers()), head.emptyStatus(), source);
    }

    private ResponsePump.Whole whole(RunAnswer.Body body) {
        return new ResponsePump.Whole(
                body.status(), headers(body.contentType(), body.headers()), body.bytes(), body.chunks());
    }

    private Map<String, String> headers(String contentType, Map<String, String> others) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put("X-Task-Id", own().taskId());
        RequestGate.setRateLimitHeaders(access, headers::put);
        headers.putAll(others);
        return headers;
    }

    private Run own() {
        return Objects.requireNonNull(run);
    }

    @Override
    public ResponsePump.Whole refusal(WeirException failure) {
        Run known = run;
        String taskId = known == null || form == null ? null : known.taskId();
        ResponsePump.Whole answer = services.problems().answer(failures, reason(failure), taskId, begun);
        answer.headers().put("Content-Length", String.valueOf(answer.body().length));
        if (bodyIsUnread) {
            answer.headers().put("Connection", "close");
        }
        RequestGate.setRateLimitHeaders(access, answer.headers()::put);
        return answer;
    }

    @Override
    public String problem(WeirException failure) {
        return Json.write(failures.document(reason(failure), own().taskId()));
    }

    @Override
    public WeirException reason(WeirException failure) {
        Run known = run;
        return known == null ? failure : known.failureFor(failure);
    }

    @Override
    public void clientLost(String reason) {
        Run known = run;
        if (known != null && !detached) {
            known.cancel(reason);
        }
        LOG.log(Level.DEBUG, "task {0}: {1}", known == null ? "-" : known.taskId(), reason);
    }

    /** Ends the run with its connection and logs it. A detached run is logged by its own driver. */
    @Override
    public void ended() {
        Run known;
        Runnable action;
        synchronized (this) {
            ended = true;
            known = detached ? null : run;
            action = whenEnded;
            whenEnded = () -> {};
        }
        action.run();
        if (known != null) {
            // Output that has not been written has no reader any more. A run that has ended stays unchanged.
            known.cancel("the response could not be written");
            services.runs().answered(known, delivery);
        }
    }
}
