package dev.weir.api.access;

import dev.weir.ErrorCode;
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
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The servlet filter in front of the API. It maps the configured base path, sets the headers of CORS, and checks each request by
 * {@link RequestGate}. A filter covers all responses, also streams and the server's own errors. It reads the configuration at
 * each request, so that a saved configuration takes effect at once.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class ApiFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final System.Logger LOG = System.getLogger(ApiFilter.class.getName());
    private static final String HEALTH = BasePath.SERVED + "/health";
    /** Part of each path of runs; a path without it starts no run. */
    private static final String OF_RUNS = "runs";

    /** The paths where GET only reads, in their literal spelling. Another spelling could lead to a path that starts a run. */
    private static final Pattern LOOKS = Pattern.compile(
            BasePath.SERVED + "/(?:health|schema|workflows(?:/[^/;%]+/schema)?|tasks/[0-9A-Z]{26}(?:/events)?)");

    private static final String RUNS = BasePath.SERVED + "/workflows/runs";

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

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        address.seen(request);
        ControllerConfig controller = workflows.controller();
        String requested = BasePath.requested(request);
        Optional<String> served = new BasePath(controller.basePath()).served(requested);
        if (served.isPresent()) {
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
            } else if (mayEnter(controller, crossOrigin, served.get(), request, response)) {
                Query.keep(request);
                pass(served.get(), requested, request, response, chain);
            }
        } else if (BasePath.isServed(requested)) {
            problems.answer(response, ProblemDocuments.nothingServed());
        } else {
            chain.doFilter(request, response);
        }
    }

    /** Whether the request may pass. A refusal is answered here, or by the server's own authentication. */
    private boolean mayEnter(
            ControllerConfig controller,
            CrossOrigin crossOrigin,
            String path,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, ServletException {
        try {
            if (acts(path, request)) {
                requirePage(controller, crossOrigin, request);
            }
            if (!gate.enter(request, response, path.equals(HEALTH))) {
                return false;
            }
            RequestSyntax.require(request, path, !path.equals(RUNS));
            return true;
        } catch (WeirException e) {
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
        problems.answer(response, refusal);
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
     * Hides a malformed {@code Accept} from the path of runs, which does not need it. Hides an {@code Accept} with empty elements
     * everywhere: it is valid, but JAX-RS rejects it.
     */
    private static HttpServletRequest sound(String path, HttpServletRequest request) {
        return (path.equals(RUNS) && !RequestSyntax.hasSoundAccept(request))
                        || RequestSyntax.hasEmptyElementInAccept(request)
                ? new WithoutAccept(request)
                : request;
    }

    /** Whether a request does more than read. A GET may start a run. */
    private static boolean acts(String path, HttpServletRequest request) {
        // In capitals: a server may treat a method in lower case as the same method.
        return switch (request.getMethod().toUpperCase(Locale.ROOT)) {
            case "HEAD", "OPTIONS" -> false;
            case "GET" -> !LOOKS.matcher(path).matches() && mayStartRun(path);
            default -> true;
        };
    }

    /** Whether the path may start a run in any spelling: percent-encoded or in capitals. */
    private static boolean mayStartRun(String path) {
        try {
            return URLDecoder.decode(path, StandardCharsets.UTF_8)
                    .toLowerCase(Locale.ROOT)
                    .contains(OF_RUNS);
        } catch (IllegalArgumentException e) {
            return true; // Another decoder may be able to read it.
        }
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
        HttpServletRequest bodiless = new BodilessRequest(sound(served, request));
        try {
            if (served.equals(requested)) {
                chain.doFilter(bodiless, behind);
            } else {
                request.getRequestDispatcher(served).forward(bodiless, behind);
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
