package dev.weir.api.run;

import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.RequestGate;
import dev.weir.api.response.AfterReturn;
import dev.weir.api.response.OpenAnswers;
import dev.weir.api.response.TakenResponse;
import dev.weir.runtime.Pools;
import dev.weir.security.Access;
import dev.weir.security.Reservation;
import dev.weir.sse.EventFraming;
import dev.weir.workflow.Run;
import dev.weir.workflow.TaskRegistry;
import dev.weir.workflow.event.EventReader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;

/**
 * The events of a task as server-sent events, for any number of clients. Each chunk is JSON with its number as the id. The last
 * event is {@code done} or {@code error}. A client that reconnects with its last id gets the events after it.
 */
@Path("tasks/{id}/events")
@ApplicationScoped
public class TaskEventsResource {
    @Inject
    private TaskRegistry tasks;

    @Inject
    private ProblemDocuments problems;

    @Inject
    private Pools pools;

    @Inject
    private OpenAnswers open;

    /** Streams the events. A client that has all of them gets 204. */
    @GET
    @Produces(EventFraming.CONTENT_TYPE)
    public void events(
            @PathParam("id") String id,
            @HeaderParam(LastEventId.HEADER) @DefaultValue("") String lastEventId,
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context HttpServletRequest request,
            @Context HttpServletResponse response) {
        Access access = RequestGate.required(request);
        Run run = tasks.get(id, access.caller());
        LastEventId last = LastEventId.ofTask(id, lastEventId);
        throwIfAll(last);
        response.setHeader("Cache-Control", "no-cache, no-transform");
        response.setHeader("X-Accel-Buffering", "no");
        Reservation claim = access.reserveReader();
        try {
            EventReader reader = run.events(last.number());
            EventSender sender = new EventSender(
                    run,
                    reader,
                    sink,
                    sse,
                    problems,
                    open.responses(),
                    pools.writers(),
                    TakenResponse.of(request).peer(),
                    claim::close);
            AfterReturn.of(request).run(sender::start);
        } catch (RuntimeException | Error e) {
            claim.close();
            throw e;
        }
    }

    /** Answers HEAD without a sink. */
    @HEAD
    @Produces(EventFraming.CONTENT_TYPE)
    public Response head(
            @PathParam("id") String id,
            @HeaderParam(LastEventId.HEADER) @DefaultValue("") String lastEventId,
            @Context HttpServletRequest request) {
        tasks.get(id, RequestGate.caller(request));
        throwIfAll(LastEventId.ofTask(id, lastEventId));
        return Response.ok().type(EventFraming.CONTENT_TYPE).build();
    }

    private static void throwIfAll(LastEventId last) {
        if (last.end()) {
            throw new WebApplicationException(Response.noContent().build());
        }
    }
}
