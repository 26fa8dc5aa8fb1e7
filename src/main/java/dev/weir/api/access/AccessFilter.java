package dev.weir.api.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;

/**
 * Refuses requests that {@link RequestGate} has not let in. {@link ApiFilter} finds the API by the literal path; a path in
 * another spelling could reach JAX-RS without that check. Such a request gets 404.
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
