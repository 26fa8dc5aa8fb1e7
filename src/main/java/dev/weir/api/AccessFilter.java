package dev.weir.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.io.InputStream;

/**
 * Stands behind {@link ApiFilter}, which finds the API by the path as it was written: whatever another way of writing it
 * led here past the {@link Gate} finds nothing. It keeps the request's body for resources that read it themselves.
 */
@Provider
@PreMatching
public class AccessFilter implements ContainerRequestFilter {
    private static final String BODY = AccessFilter.class.getName() + ".body";

    @Context
    private HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request) {
        if (Gate.access(servletRequest).isEmpty()) {
            throw new NotFoundException();
        }
        servletRequest.setAttribute(BODY, request.getEntityStream());
    }

    /**
     * The body of a request that came through here, of which nothing is waited for here: as a resource's parameter, it would
     * be handed over with its first byte only. The servlet's own stream will not do: of a form, Jersey has waited for the
     * first byte by now, and keeps it in this one.
     */
    static InputStream body(HttpServletRequest request) {
        return (InputStream) request.getAttribute(BODY);
    }
}
