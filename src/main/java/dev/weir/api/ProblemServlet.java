package dev.weir.api;

import dev.weir.WeirException;
import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * The error page of the application ({@code web.xml}): what the server refuses by itself, or what failed outside JAX-RS, is
 * answered with a problem document, not with the server's own page.
 */
@WebServlet(urlPatterns = ProblemServlet.PATH, asyncSupported = true)
public class ProblemServlet extends HttpServlet {
    /** Nothing is served here to a client that asks for it. */
    static final String PATH = "/problem";

    private static final long serialVersionUID = 1L;

    @Inject
    private transient ProblemDocuments problems;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        problems.answer(response, failure(request));
    }

    private static WeirException failure(HttpServletRequest request) {
        if (request.getDispatcherType() != DispatcherType.ERROR) {
            return ProblemDocuments.nothingServed();
        }
        Throwable failure = (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        if (failure instanceof WeirException known) {
            return known;
        }
        Integer status = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        return ProblemDocuments.ofStatus(status == null ? 500 : status, failure);
    }
}
