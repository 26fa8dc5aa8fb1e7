package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.Traces;
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
    private Problems problems;

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof WebApplicationException refusal) {
            int status = refusal.getResponse().getStatus();
            if (status < 400) {
                return refusal.getResponse();
            }
            Response response = problems.response(refused(status, refusal), null);
            String allowed = refusal.getResponse().getHeaderString(HttpHeaders.ALLOW);
            return allowed == null
                    ? response
                    : Response.fromResponse(response)
                            .header(HttpHeaders.ALLOW, allowed)
                            .build();
        }
        if (!(failure instanceof WeirException)) {
            LOG.log(Level.ERROR, "a request failed: {0}", problems.mask(Traces.of(failure)));
        }
        return problems.response(WeirException.of(failure), null);
    }

    private static WeirException refused(int status, WebApplicationException refusal) {
        return switch (status) {
            case 404 -> new WeirException(ErrorCode.NOT_FOUND, "nothing is served at this path");
            case 405 -> new WeirException(ErrorCode.METHOD_NOT_ALLOWED, "this path does not answer that method");
            case 406 -> new WeirException(ErrorCode.NOT_ACCEPTABLE, "none of the accepted media types is served here");
            case 415 ->
                new WeirException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "this path does not take that content type");
            default ->
                status < 500
                        ? new WeirException(ErrorCode.MALFORMED_REQUEST, "the request cannot be read", refusal)
                        : WeirException.of(refusal);
        };
    }
}
