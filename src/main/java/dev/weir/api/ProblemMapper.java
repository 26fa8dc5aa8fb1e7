package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers every failure of a resource, and every refusal of JAX-RS itself, with a problem document. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
    @Inject
    private Problems problems;

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof WebApplicationException refusal) {
            int status = refusal.getResponse().getStatus();
            if (status < 400) {
                return refusal.getResponse();
            }
            return problems.response(refused(status, refusal), null);
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
