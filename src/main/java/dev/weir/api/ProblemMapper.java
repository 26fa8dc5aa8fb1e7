package dev.weir.api;

import dev.weir.StackTraces;
import dev.weir.WeirException;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;

/** Answers every failure of a resource, and every refusal of JAX-RS itself, with a problem document. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final System.Logger LOG = System.getLogger(ProblemMapper.class.getName());

    @Inject
    private ProblemDocuments problems;

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof WeirException known) {
            return problems.response(known, null);
        }
        Response refusal = failure instanceof WebApplicationException web ? web.getResponse() : null;
        int status = refusal == null ? statusOf(failure) : refusal.getStatus();
        if (refusal != null && status < 400) {
            return refusal;
        }
        if (status >= 500) {
            LOG.log(Level.ERROR, "a request failed: {0}", problems.mask(StackTraces.of(failure)));
            return problems.response(WeirException.of(failure), null);
        }
        Response response = problems.response(ProblemDocuments.ofStatus(status, failure), null);
        String allowed = refusal == null ? null : refusal.getHeaderString(HttpHeaders.ALLOW);
        return allowed == null
                ? response
                : Response.fromResponse(response)
                        .header(HttpHeaders.ALLOW, allowed)
                        .build();
    }

    /** The status of a failure. RESTEasy's class {@code Failure} has a status too, but is no exception of JAX-RS. */
    private static int statusOf(Throwable failure) {
        for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals("org.jboss.resteasy.spi.Failure")) {
                try {
                    return (int) type.getMethod("getErrorCode").invoke(failure);
                } catch (ReflectiveOperationException e) {
                    return 500;
                }
            }
        }
        return 500;
    }
}
