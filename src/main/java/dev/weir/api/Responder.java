package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import dev.weir.stream.Delivery;
import dev.weir.stream.Numbered;
import dev.weir.workflow.EventReader;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.WorkflowRunner;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Drives one run and answers its request, on a thread of the run pool. */
final class Responder {
    private static final System.Logger LOG = System.getLogger(Responder.class.getName());

    private final RunRequest request;
    private final Run run;
    private final String accept;
    private final WorkflowRunner runner;
    private final Problems problems;
    private final Settings settings;
    private final Pools pools;
    private final Delivery delivery = new Delivery();
    private @Nullable EventReader follower;

    /** @param accept the header, empty for none */
    Responder(
            RunRequest request,
            Run run,
            String accept,
            WorkflowRunner runner,
            Problems problems,
            Settings settings,
            Pools pools) {
        this.request = request;
        this.run = run;
        this.accept = accept;
        this.runner = runner;
        this.problems = problems;
        this.settings = settings;
        this.pools = pools;
    }

    /** Resumes {@code suspended} with what the run gives; returns when all of it is written. */
    void answer(AsyncResponse suspended) {
        try {
            if (request.waitForCompletion()) {
                answerWithOutput(suspended);
            } else {
                answerWithTask(suspended);
            }
        } finally {
            if (follower == null) {
                // Nobody reads what was not written by now; a run that has ended stays as it is.
                run.cancel("the response could not be written");
                runner.log(run, delivery);
            } else {
                follower.close();
            }
        }
    }

    private void answerWithOutput(AsyncResponse suspended) {
        try {
            resume(suspended, response());
        } catch (InterruptedException e) {
            resume(suspended, problems.response(WeirException.shuttingDown(e), run.taskId()));
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "task " + run.taskId() + ": the response could not be written", e);
        }
    }

    private void resume(AsyncResponse suspended, Response response) {
        if (suspended.resume(response) && response.getEntity() instanceof byte[] body) {
            delivery.sent(0, body.length);
        }
    }

    /** Answers a request that does not wait for its run, while the run still waits for its place. */
    void toldToWait(AsyncResponse suspended) {
        if (!request.waitForCompletion()) {
            suspended.resume(json(Response.Status.ACCEPTED, TaskDocument.pending(run)));
        }
    }

    /** Ends a run that found no thread, on the thread that sought one. */
    void refuse(AsyncResponse suspended, WeirException refusal) {
        run.fail(refusal);
        try {
            resume(suspended, problems.response(run.told(refusal), run.taskId()));
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "task " + run.taskId() + ": the refusal could not be written", e);
        }
        runner.log(run, delivery);
    }

    private void answerWithTask(AsyncResponse suspended) {
        // Does nothing to a request that was answered while its run waited.
        suspended.resume(json(Response.Status.ACCEPTED, TaskDocument.pending(run)));
        try {
            runner.driveToEnd(run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Response response() throws InterruptedException {
        try {
            return output();
        } catch (RuntimeException | Error e) {
            WeirException failure = WeirException.of(e);
            run.fail(failure);
            return problems.response(run.told(failure), run.taskId());
        }
    }

    private Response output() throws InterruptedException {
        RunOutput output = runner.drive(run);
        if (output instanceof RunOutput.Streamed streamed) {
            return streamed(streamed);
        }
        Object value = ((RunOutput.Value) output).value();
        if (!request.outputOnly()) {
            return json(Response.Status.OK, TaskDocument.of(run, problems));
        }
        if (acceptsEventsOnly()) {
            return oneEvent(value);
        }
        return ((RunOutput.Value) output)
                .content()
                .map(content -> body().file((byte[]) value, content))
                .orElseGet(() -> json(Response.Status.OK, value));
    }

    private Response streamed(RunOutput.Streamed output) throws InterruptedException {
        if (!request.outputOnly()) {
            run.cancel("its output is a stream, and output_only was not asked for");
            output.chunks().close();
            throw new WeirException(
                    ErrorCode.STREAM_NOT_ALLOWED, "Streaming output is only allowed when output_only=true.");
        }
        EventFraming framing = StreamBody.framing(output.format(), output.content());
        return request.continuable() && framing.tellsErrors()
                ? followed(output, framing)
                : body().response(output.chunks(), framing, output.content());
    }

    /**
     * A stream that its client may continue on another connection: another thread takes the chunks into the run's events, and
     * this response is one of those that read them.
     */
    private Response followed(RunOutput.Streamed output, EventFraming framing) throws InterruptedException {
        runner.followed(run);
        EventReader reader = run.follow(0);
        try {
            pools.events().execute(() -> pump(output));
        } catch (RejectedExecutionException e) {
            throw RunsResource.noThread(settings, e);
        }
        follower = reader;
        return body().response(reader, EventFraming.identified(framing, run.taskId(), 0, null), Optional.empty());
    }

    private void pump(RunOutput.Streamed output) {
        try {
            runner.pump(run, output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            runner.log(run, delivery);
        }
    }

    private StreamBody body() {
        return new StreamBody(run, delivery, problems, settings, pools);
    }

    private boolean acceptsEventsOnly() {
        return accept.contains(EventFraming.EVENT_STREAM) && !accept.contains(MediaType.APPLICATION_JSON);
    }

    private Response oneEvent(@Nullable Object value) {
        EventFraming framing = EventFraming.json();
        ByteBuilder event = new ByteBuilder();
        if (request.continuable()) {
            framing = EventFraming.identified(framing, run.taskId(), 0, null);
            framing.frame(new Numbered(1, value), event);
        } else {
            framing.frame(value, event);
        }
        return body().response(framing, out -> {
            int bytes = event.size();
            event.drainTo(out);
            delivery.sent(1, bytes);
        });
    }

    private Response json(Response.Status status, @Nullable Object value) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .header("X-Task-Id", run.taskId())
                .entity(Json.bytes(value))
                .build();
    }
}
