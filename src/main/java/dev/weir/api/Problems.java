package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.InvalidInputException;
import dev.weir.RateLimitedException;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.config.AuthConfig;
import dev.weir.sse.ResponsePump;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Failures as clients see them: problem documents (RFC 9457), made here and nowhere else, with every secret masked.
 */
@ApplicationScoped
public class Problems {
    static final String MEDIA_TYPE = "application/problem+json";

    private static final String RETRY_AFTER = "Retry-After";

    private Workflows workflows;

    /** For the container's proxies. */
    protected Problems() {}

    @Inject
    Problems(Workflows workflows) {
        this.workflows = workflows;
    }

    /** The problem document of {@code failure}. */
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

    /** What a refusal that only has a status means. */
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

    static WeirException nothingServed() {
        return new WeirException(ErrorCode.NOT_FOUND, "nothing is served at this path");
    }

    static WeirException unauthenticated() {
        return new WeirException(ErrorCode.UNAUTHENTICATED, "the request has no valid credentials");
    }

    /** {@code text} without secrets. */
    String mask(String text) {
        return workflows.mask(text);
    }

    /** Answers a servlet's request with {@code failure}. */
    public void answer(HttpServletResponse response, WeirException failure) throws IOException {
        byte[] body = Json.bytes(document(failure, null));
        response.resetBuffer();
        response.setStatus(failure.code().status());
        if (failure.code() == ErrorCode.UNAUTHENTICATED) {
            response.setHeader("WWW-Authenticate", challenge());
        }
        retryAfterSeconds(failure).ifPresent(seconds -> response.setHeader(RETRY_AFTER, Long.toString(seconds)));
        response.setContentType(MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** How the client may show who makes a request: browsers ask their user where it is {@code Basic}. */
    private String challenge() {
        boolean byServer = workflows.controller().auth().orElse(null) instanceof AuthConfig.Container;
        return (byServer ? "Basic" : "Bearer") + " realm=\"weir\"";
    }

    /** In this order, so that the same failure is the same bytes. */
    private Map<String, String> document(InvalidInputException.Fault fault) {
        Map<String, String> document = new LinkedHashMap<>();
        document.put("pointer", fault.pointer());
        document.put("detail", workflows.mask(fault.detail()));
        return document;
    }

    /** When the same request may succeed; empty for what no waiting mends. */
    private static OptionalLong retryAfterSeconds(WeirException failure) {
        if (failure instanceof RateLimitedException limited) {
            return OptionalLong.of(limited.retryAfterSeconds());
        }
        return switch (failure.code()) {
            case TOO_MANY_RUNS, OVERLOADED -> OptionalLong.of(1);
            // Until a balancer knows that this server is gone, or the next one has come up in its place.
            case SHUTTING_DOWN -> OptionalLong.of(5);
            default -> OptionalLong.empty();
        };
    }

    /** The response that tells {@code failure}. */
    public Response response(WeirException failure, @Nullable String taskId) {
        ResponsePump.Whole answer = answer(failure, taskId);
        Response.ResponseBuilder response = Response.status(answer.status()).entity(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }

    /** The answer that tells {@code failure}. */
    ResponsePump.Whole answer(WeirException failure, @Nullable String taskId) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", MEDIA_TYPE);
        retryAfterSeconds(failure).ifPresent(seconds -> headers.put(RETRY_AFTER, Long.toString(seconds)));
        if (taskId != null) {
            headers.put("X-Task-Id", taskId);
        }
        return new ResponsePump.Whole(failure.code().status(), headers, Json.bytes(document(failure, taskId)), 0);
    }
}
