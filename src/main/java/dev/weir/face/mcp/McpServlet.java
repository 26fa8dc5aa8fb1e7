package dev.weir.face.mcp;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.Face;
import dev.weir.api.access.RequestGate;
import dev.weir.api.response.TakenResponse;
import dev.weir.api.run.FileHeaders;
import dev.weir.api.run.RunAnswer;
import dev.weir.api.run.RunResponder;
import dev.weir.config.McpConfig;
import dev.weir.security.Access;
import dev.weir.stream.Content;
import dev.weir.workflow.RunState;
import dev.weir.workflow.TaskRegistry;
import dev.weir.workflow.Workflows;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The endpoint: messages by POST, and the files of results by GET. The request's thread takes the response and goes on. */
@WebServlet(urlPatterns = McpFace.SERVLET, asyncSupported = true)
public class McpServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /** The path of files below the endpoint. The id of the task follows. */
    private static final String FILES = "/files/";

    @Inject
    private transient McpCalls calls;

    @Inject
    private transient Workflows workflows;

    @Inject
    private transient TaskRegistry tasks;

    @Inject
    private transient ProblemDocuments problems;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Face.path(request).orElse(null);
        if (path == null) {
            problems.answer(request, response, ProblemDocuments.nothingServed());
            return;
        }
        try {
            if (path.startsWith(FILES)) {
                requireMethod("GET", request, response);
                sendFile(request, path.substring(FILES.length()));
            } else if (path.isEmpty() || path.equals("/")) {
                requireMethod("POST", request, response);
                receive(request);
            } else {
                throw ProblemDocuments.nothingServed();
            }
        } catch (WeirException e) {
            problems.answer(request, response, e);
        }
    }

    private static void requireMethod(String method, HttpServletRequest request, HttpServletResponse response) {
        if (!request.getMethod().equals(method)) {
            response.setHeader("Allow", method);
            throw new WeirException(
                    ErrorCode.METHOD_NOT_ALLOWED, "this path does not support the method: send " + method);
        }
    }

    private void receive(HttpServletRequest request) {
        Access access = RequestGate.required(request);
        TakenResponse taken = TakenResponse.of(request);
        HttpServletRequest own = taken.servletRequest();
        OwnAddress address = OwnAddress.of(own, workflows.controller());
        String basePath =
                workflows.controller().mcp().map(McpConfig::basePath).orElseThrow(ProblemDocuments::nothingServed);
        McpFailures failures = new McpFailures(problems, address.metadata(workflows.controller()));
        McpDispatch.Exchange exchange =
                new McpDispatch.Exchange(access, McpHeaders.of(own), failures, address.endpoint(basePath) + FILES);
        calls.receive(own, taken, exchange);
    }

    /** Sends the output of a task, for a link in a result. */
    private void sendFile(HttpServletRequest request, String taskId) {
        Access access = RequestGate.required(request);
        RunState state = tasks.get(taskId, access.caller()).state();
        if (!(state instanceof RunState.Completed completed) || !(completed.output() instanceof byte[] bytes)) {
            throw new WeirException(ErrorCode.UNKNOWN_TASK, "the task has no file");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Length", String.valueOf(bytes.length));
        // A browser must not show the file as a page of this server.
        headers.put("Content-Disposition", "attachment");
        String type = completed
                .content()
                .map(Content::type)
                .map(FileHeaders::mediaType)
                .orElse("application/octet-stream");
        RunResponder responder =
                calls.responder(TakenResponse.of(request), access, new McpFailures(problems, Optional.empty()));
        responder.reply(new RunAnswer.Body(200, type, headers, bytes, 0));
    }
}
