package dev.weir.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Answers a suspended request without JAX-RS. When Payara ends an application it ends Jersey first, which from then on can
 * write what it has begun, but begins no answer any more.
 */
final class ServletAnswer {
    private final @Nullable AsyncContext suspended;

    private ServletAnswer(@Nullable AsyncContext suspended) {
        this.suspended = suspended;
    }

    /** To be asked for on the request's own thread, once it is suspended. */
    static ServletAnswer to(HttpServletRequest request) {
        return new ServletAnswer(request.isAsyncStarted() ? request.getAsyncContext() : null);
    }

    /** For a request that only JAX-RS can answer. */
    static ServletAnswer none() {
        return new ServletAnswer(null);
    }

    /** Sends {@code answer}, and returns when all of it is written; false if there is an answer already. */
    boolean send(Response answer) throws IOException {
        if (suspended == null || suspended.getResponse().isCommitted()) {
            return false;
        }
        HttpServletResponse response = (HttpServletResponse) suspended.getResponse();
        response.setStatus(answer.getStatus());
        answer.getStringHeaders().forEach((name, values) -> response.setHeader(name, String.join(", ", values)));
        try {
            write(answer.getEntity(), response);
        } finally {
            suspended.complete();
        }
        return true;
    }

    private static void write(@Nullable Object entity, HttpServletResponse response) throws IOException {
        if (entity instanceof StreamingOutput stream) {
            stream.write(response.getOutputStream());
        } else if (entity instanceof byte[] body) {
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
