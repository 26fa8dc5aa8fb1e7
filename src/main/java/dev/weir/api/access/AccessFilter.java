package dev.weir.api.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;

/**
 * Stands behind {@link ApiFilter}, which finds the API by the path as it was written: whatever another way of writing it
 * led here past the {@link RequestGate} finds nothing.
 */
@Provider
@PreMatching
public class AccessFilter implements ContainerRequestFilter {
    @Context
    private HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request) {
        if (RequestGate.access(servletRequest).isEmpty()) {
            throw new NotFoundException();
        }
    }
}
