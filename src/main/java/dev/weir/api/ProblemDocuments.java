package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.InvalidInputException;
import dev.weir.RateLimitedException;
import dev.weir.WeirException;
import dev.weir.config.AuthConfig;
import dev.weir.json.Json;
import dev.weir.sse.ResponsePump;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Makes all problem documents (RFC 9457), the form in which clients get failures. Every secret is masked. Thread-safe. */
@ApplicationScoped
public class ProblemDocuments implements FailureForm {
    /** The media type of problem documents. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String ATTRIBUTE = FailureForm.class.getName();
    private static final String RETRY_AFTER = "Retry-After";

    private Workflows workflows;

    /** For the container's proxies. */
    protected ProblemDocuments() {}

    @Inject
    public ProblemDocuments(Workflows workflows) {
        this.workflows = workflows;
    }

    @Override
    public String mediaType() {
        return MEDIA_TYPE;
    }

    @Override
    public int status(WeirException failure) {
        return failure.code().status();
    }

    @Override
    public Map<String, @Nullable Object> document(WeirException failure, @Nullable String taskId) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("type", failure.code().type());
        document.put("title", failure.code().title());
        document.put("status", failure.code().status());
        document.put("detail", workflows.mask(failure.detail()));
        if (failure instanceof InvalidInputException invalid) {
            document.put("errors", invalid.faults().stream().map(this::document).toList());
        }
        if (taskId != null) {
            document.put("task_id", taskId);
        }
        return document;
    }

    /** The failure that a bare status of the server stands for. */
    static WeirException ofStatus(int status, @Nullable Throwable cause) {
        return switch (status) {
            case 401 -> unauthenticated();
            case 403 -> new WeirException(ErrorCode.FORBIDDEN, "the request is not allowed");
            case 404 -> nothingServed();
            case 405, 501 -> new WeirException(ErrorCode.METHOD_NOT_ALLOWED, "this path does not support the method");
            case 406 -> new WeirException(ErrorCode.NOT_ACCEPTABLE, "this path serves no accepted media type");
            case 413 -> new WeirException(ErrorCode.BODY_TOO_LARGE, "the request body is too large for the server");
            case 415 ->
                new WeirException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "this path does not support the content type");
            case 503 -> new WeirException(ErrorCode.NOT_READY, "the server is not ready");
            default ->
                status >= 400 && status < 500
                        ? new WeirException(ErrorCode.MALFORMED_REQUEST, "the request cannot be read", cause)
                        : new WeirException(ErrorCode.INTERNAL, "the request failed: see the log of the server", cause);
        };
    }

    /** The failure {@link ErrorCode#NOT_FOUND}, with the same message for each path. */
    public static WeirException nothingServed() {
        return new WeirException(ErrorCode.NOT_FOUND, "nothing is served at this path");
    }

    /** The failure {@link ErrorCode#UNAUTHENTICATED}, with the same message for each reason. */
    public static WeirException unauthenticated() {
        return new WeirException(ErrorCode.UNAUTHENTICATED, "the request has no valid credentials");
    }

    /** Masks the secrets in {@code text}. */
    public String mask(String text) {
        return workflows.mask(text);
    }

    /** Sets the form of all failures of {@code request}. Without it they are problem documents. */
    public static void setForm(HttpServletRequest request, FailureForm form) {
        request.setAttribute(ATTRIBUTE, form);
    }

    /** The form of the failures of {@code request}. */
    FailureForm form(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof FailureForm form ? form : this;
    }

    /** Answers a servlet's request with {@code failure}, in the form of the request's failures. */
    public void answer(HttpServletRequest request, HttpServletResponse response, WeirException failure)
            throws IOException {
        FailureForm form = form(request);
        byte[] body = Json.bytes(form.document(failure, null));
        response.resetBuffer();
        response.setStatus(form.status(failure));
        if (failure.code() == ErrorCode.UNAUTHENTICATED) {
            response.setHeader("WWW-Authenticate", challenge());
        }
        retryAfterSeconds(failure).ifPresent(seconds -> response.setHeader(RETRY_AFTER, Long.toString(seconds)));
        form.headers(failure, false).forEach(response::setHeader);
        response.setContentType(form.mediaType());
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** The authentication scheme for {@code WWW-Authenticate}. {@code Basic} makes browsers ask for a name and a password. */
    private String challenge() {
        boolean byServer = workflows.controller().auth().orElse(null) instanceof AuthConfig.Container;
        return (byServer ? "Basic" : "Bearer") + " realm=\"weir\"";
    }

    /** Has a fixed order, so that the same failure always gives the same bytes. */
    private Map<String, String> document(InvalidInputException.Fault fault) {
        Map<String, String> document = new LinkedHashMap<>();
        document.put("pointer", fault.pointer());
        document.put("detail", workflows.mask(fault.detail()));
        return document;
    }

    /** The seconds until the same request may succeed; empty if a retry is of no use. */
    private static OptionalLong retryAfterSeconds(WeirException failure) {
        if (failure instanceof RateLimitedException limited) {
            return OptionalLong.of(limited.retryAfterSeconds());
        }
        return switch (failure.code()) {
            case TOO_MANY_RUNS, OVERLOADED -> OptionalLong.of(1);
            // Time for a load balancer to stop using this server, or for a successor to start.
            case SHUTTING_DOWN -> OptionalLong.of(5);
            default -> OptionalLong.empty();
        };
    }

    /** The response with the problem document of {@code failure}, for JAX-RS. */
    public Response response(WeirException failure, @Nullable String taskId) {
        ResponsePump.Whole answer = answer(this, failure, taskId, false);
        Response.ResponseBuilder response = Response.status(answer.status()).entity(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }

    /**
     * The answer with {@code failure}, for a pump.
     *
     * @param begun whether a run of the request has begun
     */
    public ResponsePump.Whole answer(FailureForm form, WeirException failure, @Nullable String taskId, boolean begun) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", form.mediaType());
        retryAfterSeconds(failure).ifPresent(seconds -> headers.put(RETRY_AFTER, Long.toString(seconds)));
        if (taskId != null) {
            headers.put("X-Task-Id", taskId);
        }
        headers.putAll(form.headers(failure, begun));
        return new ResponsePump.Whole(form.status(failure), headers, Json.bytes(form.document(failure, taskId)), 0);
    }
}
