package dev.weir.api;

import dev.weir.WeirException;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.security.Claim;
import dev.weir.workflow.EventReader;
import dev.weir.workflow.Run;
import dev.weir.workflow.TaskRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.concurrent.RejectedExecutionException;

/**
 * What happens in a task, as server-sent events for every client: each chunk as JSON with its number as the id, and a last
 * event {@code done} or {@code error}. A client that comes back with the last id it has is sent what follows.
 */
@Path("tasks/{id}/events")
@ApplicationScoped
public class TaskEventsResource {
    @Inject
    private TaskRegistry tasks;

    @Inject
    private Problems problems;

    @Inject
    private Pools pools;

    @Inject
    private Settings settings;

    /** Streams the events; 204 to a client that has them all. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void events(
            @PathParam("id") String id,
            @HeaderParam(LastEventId.HEADER) @DefaultValue("") String lastEventId,
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context HttpServletRequest request) {
        Access access = Gate.required(request);
        Run run = tasks.get(id, access.caller());
        LastEventId last = LastEventId.ofTask(id, lastEventId);
        throwIfAll(last);
        Claim claim = access.claimReader();
        EventReader reader = reader(run, last, claim);
        EventSender sender = new EventSender(run, reader, sink, sse, problems, settings, pools.timers());
        AfterReturn.of(request).run(() -> {
            try {
                pools.events().execute(() -> {
                    try (claim) {
                        sender.send();
                    }
                });
            } catch (RejectedExecutionException e) {
                claim.close();
                sender.refuse(RunsResource.noThread(settings, e));
            }
        });
    }

    private static EventReader reader(Run run, LastEventId last, Claim claim) {
        try {
            return run.events(last.number());
        } catch (WeirException e) {
            claim.close();
            throw e;
        }
    }

    /** The headers alone; nothing is sent to a sink. */
    @HEAD
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Response head(
            @PathParam("id") String id,
            @HeaderParam(LastEventId.HEADER) @DefaultValue("") String lastEventId,
            @Context HttpServletRequest request) {
        tasks.get(id, Gate.caller(request));
        throwIfAll(LastEventId.ofTask(id, lastEventId));
        return Response.ok().type(MediaType.SERVER_SENT_EVENTS_TYPE).build();
    }

    private static void throwIfAll(LastEventId last) {
        if (last.end()) {
            throw new WebApplicationException(Response.noContent().build());
        }
    }
}
