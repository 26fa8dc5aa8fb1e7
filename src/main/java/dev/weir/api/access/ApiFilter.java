package dev.weir.api.access;

import dev.weir.ErrorCode;
import dev.weir.RateLimitedException;
import dev.weir.WeirException;
import dev.weir.api.PageAddress;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.SecurityHeaders;
import dev.weir.api.form.BodilessRequest;
import dev.weir.api.form.Query;
import dev.weir.api.response.AfterReturn;
import dev.weir.api.response.TakenResponse;
import dev.weir.config.AuthConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.runtime.Settings;
import dev.weir.server.ClientConnection;
import dev.weir.telemetry.Instrument;
import dev.weir.telemetry.Instruments;
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

/**
 * The servlet filter in front of the API. It maps the configured base path, sets the headers of CORS, and checks each request by
 * {@link RequestGate}. A filter covers all responses, also streams and the server's own errors. It reads the configuration at
 * each request, so that a saved configuration takes effect at once.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class ApiFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final System.Logger LOG = System.getLogger(ApiFilter.class.getName());

    @Inject
    private transient Workflows workflows;

    @Inject
    private transient ProblemDocuments problems;

    @Inject
    private transient PageAddress address;

    @Inject
    private transient RequestGate gate;

    @Inject
    private transient Settings settings;

    @Inject
    private transient Instruments instruments;

    @Inject
    private transient Destinations destinations;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        address.seen(request);
        ControllerConfig controller = workflows.controller();
        String requested = BasePath.requested(request);
        Optional<Destination> destination = destinations.of(request, requested, controller);
        if (destination.isPresent()) {
            Destination found = destination.get();
            found.mark(request, controller);
            SecurityHeaders.ofAnswer(request, response, controller.auth().isPresent());
            CrossOrigin crossOrigin = new CrossOrigin(
                    controller.origins(),
                    HostNames.of(
                            settings.requests().hosts(),
                            controller.origins(),
                            controller.auth().isPresent()));
            crossOrigin.headers(request.getHeader("Origin")).forEach(response::setHeader);
            if (isPreflight(request)) {
                answerPreflight(crossOrigin, request, response);
            } else if (mayEnter(controller, crossOrigin, found, request, response)) {
                Query.keep(request);
                pass(found, requested, request, response, chain);
            }
        } else if (BasePath.isServed(requested)) {
            problems.answer(request, response, ProblemDocuments.nothingServed());
        } else {
            chain.doFilter(request, response);
        }
    }

    /** Whether the request may pass. A refusal is answered here, or by the server's own authentication. */
    private boolean mayEnter(
            ControllerConfig controller,
            CrossOrigin crossOrigin,
            Destination destination,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, ServletException {
        try {
            if (destination.acts(request)) {
                requirePage(controller, crossOrigin, request);
            }
            boolean open = destination.isHealth()
                    || (destination.isMetrics() && settings.metrics().open());
            if (!gate.enter(request, response, open)) {
                return false;
            }
            RequestSyntax.require(request, destination.shownPath(), destination.acceptMatters());
            return true;
        } catch (WeirException e) {
            if (e instanceof RateLimitedException limited) {
                instruments.add(Instrument.REFUSED, 1, limited.scope());
            }
            refuse(request, response, e);
            return false;
        }
    }

    /** Answers with a refusal. If the body of the request may still be arriving, the connection is closed after the response. */
    private void refuse(HttpServletRequest request, HttpServletResponse response, WeirException refusal)
            throws IOException {
        boolean drained = ClientConnection.isDrained(request);
        if (drained) {
            response.setHeader("Connection", "close");
        }
        problems.answer(request, response, refusal);
        if (drained) {
            response.flushBuffer();
            ClientConnection.close(request);
        }
    }

    /**
     * Refuses a request that a page of another site may have caused. A browser names the page in each request except GET. It
     * never sends a key by itself.
     */
    private static void requirePage(ControllerConfig controller, CrossOrigin crossOrigin, HttpServletRequest request) {
        AuthConfig auth = controller.auth().orElse(null);
        // A browser alone does not send a key or a token, and a request without one is refused later.
        boolean sentByItself =
                auth instanceof AuthConfig.Container || (auth == null && Credentials.mayBeAutomatic(request));
        boolean mayBeUnnamed = !request.getMethod().equalsIgnoreCase("GET") || (auth != null && !sentByItself);
        PageOrigin page = PageOrigin.of(request);
        if (!crossOrigin.mayAct(page, sentByItself, mayBeUnnamed)) {
            throw new WeirException(
                    ErrorCode.FORBIDDEN,
                    page.owner(crossOrigin.hosts()) == PageOrigin.Owner.UNKNOWN
                            ? "GET without Origin, Referer or Sec-Fetch-Site may not start a run here (controller.origins):"
                                    + " use POST"
                            : "pages of other sites may not do this (controller.origins, and weir.http.hosts for this server's own"
                                    + " names)");
        }
    }

    /**
     * Hides a malformed {@code Accept} where it has no effect. Hides an {@code Accept} with empty elements everywhere: it is
     * valid, but JAX-RS rejects it.
     */
    private static HttpServletRequest sound(Destination destination, HttpServletRequest request) {
        return (!destination.acceptMatters() && !RequestSyntax.hasSoundAccept(request))
                        || RequestSyntax.hasEmptyElementInAccept(request)
                ? new WithoutAccept(request)
                : request;
    }

    private static void pass(
            Destination destination,
            String requested,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        AfterReturn after = AfterReturn.of(request);
        TakenResponse behind = new TakenResponse(request, response);
        HttpServletRequest bodiless = new BodilessRequest(sound(destination, request));
        try {
            if (destination.path().equals(requested)) {
                chain.doFilter(bodiless, behind);
            } else {
                request.getRequestDispatcher(destination.path()).forward(bodiless, behind);
            }
        } catch (IOException | ServletException | RuntimeException | Error e) {
            if (!behind.isTaken()) {
                throw e;
            }
            // If the exception went on, the server would write an error page into the taken response.
            LOG.log(Level.ERROR, "JAX-RS failed after a response was taken", e);
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
            refuse(request, response, "pages of " + origin + " may not call (controller.origins)");
        } else if (!CrossOrigin.allowsMethod(method)) {
            refuse(request, response, "nothing here answers the method " + method);
        } else {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, String detail) throws IOException {
        problems.answer(request, response, new WeirException(ErrorCode.MALFORMED_REQUEST, detail));
    }
}
