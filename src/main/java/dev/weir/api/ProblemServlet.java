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
 * The error page of the application ({@code web.xml}). It answers refusals of the server, and failures outside JAX-RS, with a
 * problem document instead of the server's page.
 */
@WebServlet(urlPatterns = ProblemServlet.PATH, asyncSupported = true)
public class ProblemServlet extends HttpServlet {
    /** The path of the error page; a direct request to it gets 404. */
    static final String PATH = "/problem";

    private static final long serialVersionUID = 1L;

    @Inject
    private transient ProblemDocuments problems;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        problems.answer(request, response, failure(request));
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
