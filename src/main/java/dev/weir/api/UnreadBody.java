package dev.weir.api;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger.Level;

/**
 * The rest of a body that is not waited for. When an asynchronous request is completed, Undertow reads its body to the end, on one of the
 * server's few threads and for as long as the client likes. Closing the connection ends that; the other servers read no further by
 * themselves.
 */
final class UnreadBody {
    private static final System.Logger LOG = System.getLogger(UnreadBody.class.getName());
    private static final String UNDERTOW = "io.undertow.";
    private static final String CONNECTION = "io.undertow.server.ServerConnection";

    private UnreadBody() {}

    /**
     * Gives the rest of a body up: after the answer has been written and flushed, before the request is completed. Does not throw.
     *
     * @param request the server's own
     */
    static void giveUp(HttpServletRequest request) {
        ServletRequest own = request;
        while (own instanceof ServletRequestWrapper wrapper) {
            own = wrapper.getRequest();
        }
        if (!own.getClass().getName().startsWith(UNDERTOW)) {
            return;
        }
        try {
            // The server's classes are not visible here.
            Object exchange = own.getClass().getMethod("getExchange").invoke(own);
            Object connection = exchange.getClass().getMethod("getConnection").invoke(exchange);
            Class<?> type = connection.getClass();
            while (!type.getName().equals(CONNECTION)) {
                type = type.getSuperclass();
            }
            type.getMethod("close").invoke(connection);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "the connection of a body that did not come whole cannot be closed", e);
        }
    }
}
