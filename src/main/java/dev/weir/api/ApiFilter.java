package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.config.ControllerConfig;
import dev.weir.workflow.Workflows;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Stands before the API: finds it at the configured base path and tells browsers which pages may call it. Being a filter, it
 * does so for every answer, streams and the server's own errors among them. The configuration is asked at each request, so
 * that one that was saved counts at once.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class ApiFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient Workflows workflows;

    @Inject
    private transient Problems problems;

    @Inject
    private transient PageAddress address;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        address.seen(request);
        ControllerConfig controller = workflows.controller();
        String requested =
                request.getRequestURI().substring(request.getContextPath().length());
        Optional<String> served = new BasePath(controller.basePath()).served(requested);
        if (served.isPresent()) {
            CrossOrigin crossOrigin = new CrossOrigin(controller.origins());
            crossOrigin.headers(request.getHeader("Origin")).forEach(response::setHeader);
            // What a workflow gives is never a page of this site, even where an upstream calls it HTML.
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Content-Security-Policy", "sandbox");
            if (isPreflight(request)) {
                answerPreflight(crossOrigin, request, response);
            } else {
                AfterReturn after = AfterReturn.of(request);
                if (served.get().equals(requested)) {
                    chain.doFilter(request, response);
                } else {
                    request.getRequestDispatcher(served.get()).forward(request, response);
                }
                after.returned();
            }
        } else if (BasePath.isServed(requested)) {
            refuse(response, ErrorCode.NOT_FOUND, "nothing is served at this path");
        } else {
            chain.doFilter(request, response);
        }
    }

    private static boolean isPreflight(HttpServletRequest request) {
        return request.getMethod().equals("OPTIONS")
                && request.getHeader("Origin") != null
                && request.getHeader("Access-Control-Request-Method") != null;
    }

    private void answerPreflight(CrossOrigin crossOrigin, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String origin = request.getHeader("Origin");
        String method = request.getHeader("Access-Control-Request-Method");
        CrossOrigin.preflightHeaders(request.getHeader("Access-Control-Request-Headers"))
                .forEach(response::setHeader);
        if (!crossOrigin.allows(origin)) {
            refuse(response, ErrorCode.MALFORMED_REQUEST, "pages of " + origin + " may not call (controller.origins)");
        } else if (!CrossOrigin.allowsMethod(method)) {
            refuse(response, ErrorCode.MALFORMED_REQUEST, "nothing here answers the method " + method);
        } else {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
    }

    private void refuse(HttpServletResponse response, ErrorCode code, String detail) throws IOException {
        problems.answer(response, new WeirException(code, detail));
    }
}
