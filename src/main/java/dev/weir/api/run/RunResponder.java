package dev.weir.api.run;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.RequestGate;
import dev.weir.api.form.RunRequest;
import dev.weir.api.response.AnswerBudget;
import dev.weir.json.Json;
import dev.weir.security.Access;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import dev.weir.sse.OpenResponses;
import dev.weir.sse.ResponsePump;
import dev.weir.sse.ResponseStream;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.Numbered;
import dev.weir.stream.Tasks;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunListener;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.Runs;
import dev.weir.workflow.event.EventReader;
import jakarta.ws.rs.core.MediaType;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers the request that starts a run, or that continues its stream, with the run's output. No thread waits for the run. */
final class RunResponder implements RunListener, ResponsePump.Owner {
    private static final System.Logger LOG = System.getLogger(RunResponder.class.getName());

    private final Access access;
    private final String accept;
    private final Services services;
    private final DeliveryStats delivery = new DeliveryStats();
    private final ResponsePump pump;
    private volatile @Nullable RunRequest request;
    private volatile @Nullable Run run;
    private volatile boolean bodyIsUnread;
    /** True if the run continues without this connection. */
    private volatile boolean detached;

    private boolean ended;
    private Runnable whenEnded = () -> {};

    /** The services that an answer needs. */
    record Services(Runs runs, ProblemDocuments problems, OpenResponses open, Tasks writers, AnswerBudget answers) {}

    /**
     * Takes an open response, which this object ends.
     *
     * @param accept the header {@code Accept}; empty for none
     */
    RunResponder(ResponseStream response, Access access, String accept, Services services) {
        this.access = access;
        this.accept = accept;
        this.services = services;
        // Stops the updates of the servlet response's headers: the head that the pump writes reports the allowances.
        access.whenTaken(taken -> {});
        this.pump = new ResponsePump(response, this, delivery, services.writers(), services.open());
    }

    /**
     * Runs {@code action} once after the end of the response, or at once if the response has ended. Actions run in the order of
     * their registration.
     */
    void whenEnded(Runnable action) {
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
    void answer(RunRequest asked, Run admitted) {
        if (!isFor(asked, admitted)) {
            // The client disconnected before its run was admitted.
            admitted.cancel("client disconnected");
            services.runs().answered(admitted, delivery);
            return;
        }
        try {
            if (!asked.waitForCompletion()) {
                ResponsePump.Whole pending = json(202, TaskDocument.pending(admitted));
                if (detach()) {
                    services.runs().startInBackground(admitted);
                    pump.answer(pending, noChunks());
                }
                return;
            }
            if (asked.outputOnly() && admitted.isEventStream()) {
                announce(asked, admitted);
            }
            services.runs().start(admitted, this);
        } catch (RuntimeException | Error e) {
            WeirException failure = WeirException.of(e);
            admitted.fail(failure);
            pump.fail(failure);
        }
    }

    private synchronized boolean isFor(RunRequest asked, Run admitted) {
        if (ended) {
            return false;
        }
        request = asked;
        run = admitted;
        return true;
    }

    /** Lets the run continue without this connection; false if the connection has ended, which cancels the run. */
    private synchronized boolean detach() {
        detached = !ended;
        return detached;
    }

    private void announce(RunRequest asked, Run admitted) {
        EventFraming framing = framing(admitted.format(), Optional.empty());
        pump.announce(stream(identified(asked, admitted, framing), Optional.empty(), null));
    }

    /** Answers a request that has not started a run. */
    void refuse(WeirException refusal) {
        pump.fail(refusal);
    }

    /** Answers a request with an incomplete body, and closes its connection: no further request can follow there. */
    void refuseBody(WeirException refusal) {
        bodyIsUnread = true;
        pump.fail(refusal);
    }

    /** Continues the stream of {@code continued} after the last event that its client has received. */
    void resume(Run continued, EventReader reader) {
        synchronized (this) {
            run = continued;
            detached = true;
        }
        EventFraming framing = EventFraming.identified(
                framing(continued.format(), Optional.empty()),
                continued.taskId(),
                reader.previous().orElse(null));
        ResponsePump.Stream rest = stream(framing, Optional.empty(), reader);
        pump.goesOn();
        pump.stream(rest);
    }

    @Override
    public void onBegin() {
        pump.runBegan();
    }

    @Override
    public void onOutput(RunOutput output) {
        try {
            if (output instanceof RunOutput.Streamed streamed) {
                onStream(asked(), own(), streamed);
            } else {
                onValue(asked(), own(), (RunOutput.Value) output);
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

    private void onStream(RunRequest asked, Run streaming, RunOutput.Streamed output) {
        if (!asked.outputOnly()) {
            streaming.cancel("its output is a stream, and output_only was not asked for");
            output.chunks().close();
            pump.fail(new WeirException(
                    ErrorCode.STREAM_NOT_ALLOWED, "Streaming output is only allowed when output_only=true."));
            return;
        }
        EventFraming framing = framing(output.format(), output.content());
        if (asked.continuable() && framing.reportsErrors()) {
            if (!detach()) {
                output.chunks().close();
                return;
            }
            EventReader reader = services.runs().makeResumable(streaming, output, delivery);
            pump.stream(stream(identified(asked, streaming, framing), Optional.empty(), reader));
        } else {
            pump.stream(
                    stream(framing, framing.reportsErrors() ? Optional.empty() : output.content(), output.chunks()));
        }
    }

    private void onValue(RunRequest asked, Run completed, RunOutput.Value output) {
        Object value = output.value();
        if (!asked.outputOnly()) {
            ResponsePump.Whole task = json(200, TaskDocument.of(completed, services.problems()));
            whenEnded(services.answers().hold(task.body().length));
            pump.answer(task, noChunks());
            return;
        }
        ResponsePump.Whole whole;
        if (acceptsEventsOnly()) {
            whole = oneEvent(asked, completed, value);
        } else {
            Optional<Content> content = output.content();
            whole = value instanceof byte[] bytes && content.isPresent()
                    ? file(bytes, content.get())
                    : json(200, value);
        }
        whenEnded(services.answers().hold(whole.body().length));
        ChunkQueue one = new ChunkQueue(1);
        if (value != null) {
            one.offer(asked.continuable() ? new Numbered(1, value) : value);
        }
        one.complete();
        pump.answer(whole, one);
    }

    private static ChunkSource noChunks() {
        ChunkQueue none = new ChunkQueue(1);
        none.complete();
        return none;
    }

    private boolean acceptsEventsOnly() {
        return accept.contains(EventFraming.EVENT_STREAM) && !accept.contains(MediaType.APPLICATION_JSON);
    }

    private ResponsePump.Whole oneEvent(RunRequest asked, Run completed, @Nullable Object value) {
        EventFraming framing = identified(asked, completed, EventFraming.json());
        ByteBuilder event = new ByteBuilder();
        framing.frame(asked.continuable() ? new Numbered(1, value) : value, event);
        return new ResponsePump.Whole(200, streamHeaders(framing, Optional.empty()), event.toByteArray(), 1);
    }

    private static EventFraming identified(RunRequest asked, Run run, EventFraming framing) {
        return asked.continuable() && framing.reportsErrors()
                ? EventFraming.identified(framing, run.taskId(), null)
                : framing;
    }

    /** The framing of the output: the format that the workflow names, else the bytes of an upstream, else JSON. */
    private static EventFraming framing(Optional<String> format, Optional<Content> content) {
        if (format.equals(Optional.of("sse-text"))) {
            return EventFraming.text();
        }
        return format.isEmpty() && content.isPresent()
                ? EventFraming.bytes(mediaType(content.get().type()))
                : EventFraming.json();
    }

    /** The content type of an upstream, or {@code application/octet-stream} if it is malformed. */
    private static String mediaType(String contentType) {
        try {
            MediaType.valueOf(contentType);
            return contentType;
        } catch (IllegalArgumentException e) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }

    /**
     * Makes a stream. An empty stream that a client can continue gets 204: an EventSource without an event id would otherwise
     * start the run again without end.
     */
    private ResponsePump.Stream stream(EventFraming framing, Optional<Content> content, @Nullable ChunkSource source) {
        RunRequest asked = request;
        boolean again = asked != null && asked.continuable() && framing.reportsErrors();
        return new ResponsePump.Stream(framing, streamHeaders(framing, content), again ? 204 : 200, source);
    }

    private Map<String, String> streamHeaders(EventFraming framing, Optional<Content> content) {
        Map<String, String> headers = headers(framing.contentType());
        content.ifPresent(file -> {
            FileHeaders.add(headers, file);
            // The end of the connection shows an incomplete file, so the server must not keep the connection open.
            headers.put("Connection", "close");
        });
        headers.put("Cache-Control", "no-cache, no-transform");
        headers.put("X-Accel-Buffering", "no");
        return headers;
    }

    private ResponsePump.Whole file(byte[] bytes, Content content) {
        Map<String, String> headers = headers(mediaType(content.type()));
        FileHeaders.add(headers, content.withLength(bytes.length));
        return new ResponsePump.Whole(200, headers, bytes, 0);
    }

    private ResponsePump.Whole json(int status, @Nullable Object value) {
        byte[] body = Json.bytes(value);
        Map<String, String> headers = headers(MediaType.APPLICATION_JSON);
        headers.put("Content-Length", String.valueOf(body.length));
        return new ResponsePump.Whole(status, headers, body, 0);
    }

    private Map<String, String> headers(String contentType) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put("X-Task-Id", own().taskId());
        RequestGate.setRateLimitHeaders(access, headers::put);
        return headers;
    }

    private Run own() {
        return Objects.requireNonNull(run);
    }

    private RunRequest asked() {
        return Objects.requireNonNull(request);
    }

    @Override
    public ResponsePump.Whole refusal(WeirException failure) {
        Run known = run;
        ResponsePump.Whole answer =
                services.problems().answer(reason(failure), known == null || request == null ? null : known.taskId());
        answer.headers().put("Content-Length", String.valueOf(answer.body().length));
        if (bodyIsUnread) {
            answer.headers().put("Connection", "close");
        }
        RequestGate.setRateLimitHeaders(access, answer.headers()::put);
        return answer;
    }

    @Override
    public String problem(WeirException failure) {
        return Json.write(services.problems().document(reason(failure), own().taskId()));
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
