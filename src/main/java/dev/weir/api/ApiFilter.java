package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.config.AuthConfig;
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
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Stands before the API: finds it at the configured base path, tells browsers which pages may call it, and lets in who may
 * come in. Being a filter, it does so for every answer, streams and the server's own errors among them. The configuration is
 * asked at each request, so that one that was saved counts at once.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class ApiFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final System.Logger LOG = System.getLogger(ApiFilter.class.getName());
    private static final String HEALTH = BasePath.SERVED + "/health";
    /** What a GET only looks at, in the one way of writing it; another way may be that of something that starts a run. */
    private static final Pattern LOOKS = Pattern.compile(
            BasePath.SERVED + "/(?:health|schema|workflows(?:/[^/;%]+/schema)?|tasks/[0-9A-Z]{26}(?:/events)?)");

    private static final String CHALLENGE = "Bearer realm=\"weir\"";

    @Inject
    private transient Workflows workflows;

    @Inject
    private transient Problems problems;

    @Inject
    private transient PageAddress address;

    @Inject
    private transient Gate gate;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        address.seen(request);
        ControllerConfig controller = workflows.controller();
        String requested =
                request.getRequestURI().substring(request.getContextPath().length());
        Optional<String> served = new BasePath(controller.basePath()).served(requested);
        if (served.isPresent()) {
            SecurityHeaders.ofAnswer(request, response, controller.auth().isPresent());
            CrossOrigin crossOrigin = new CrossOrigin(controller.origins());
            crossOrigin.headers(request.getHeader("Origin")).forEach(response::setHeader);
            if (isPreflight(request)) {
                answerPreflight(crossOrigin, request, response);
            } else if (mayEnter(controller, crossOrigin, served.get(), request, response)) {
                Query.keep(request);
                pass(served.get(), requested, request, response, chain);
            }
        } else if (BasePath.isServed(requested)) {
            refuse(response, ErrorCode.NOT_FOUND, "nothing is served at this path");
        } else {
            chain.doFilter(request, response);
        }
    }

    /** What is refused is answered here, or by the server's own authentication. */
    private boolean mayEnter(
            ControllerConfig controller,
            CrossOrigin crossOrigin,
            String path,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, ServletException {
        boolean sentByItself = controller.auth().orElse(null) instanceof AuthConfig.Container;
        try {
            if (acts(path, request) && !crossOrigin.mayAct(PageOrigin.of(request), sentByItself)) {
                throw new WeirException(
                        ErrorCode.FORBIDDEN, "pages of other sites may not do this (controller.origins)");
            }
            return gate.enter(request, response, path.equals(HEALTH));
        } catch (WeirException e) {
            if (e.code() == ErrorCode.UNAUTHENTICATED) {
                response.setHeader("WWW-Authenticate", CHALLENGE);
            }
            problems.answer(response, e);
            return false;
        }
    }

    /** Whether a request does more than look: a GET may start a run. */
    private static boolean acts(String path, HttpServletRequest request) {
        return switch (request.getMethod()) {
            case "HEAD", "OPTIONS" -> false;
            case "GET" -> !LOOKS.matcher(path).matches();
            default -> true;
        };
    }

    private static void pass(
            String served,
            String requested,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        AfterReturn after = AfterReturn.of(request);
        TakenResponse behind = new TakenResponse(request, response);
        HttpServletRequest bodiless = new BodilessRequest(request);
        try {
            if (served.equals(requested)) {
                chain.doFilter(bodiless, behind);
            } else {
                request.getRequestDispatcher(served).forward(bodiless, behind);
            }
        } catch (IOException | ServletException | RuntimeException e) {
            if (!behind.isTaken()) {
                throw e;
            }
            // The server would write an error page into a response that is ours.
            LOG.log(Level.ERROR, "what JAX-RS does after a response was taken failed", e);
        } finally {
            after.returned();
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
