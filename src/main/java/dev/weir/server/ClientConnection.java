package dev.weir.server;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Closes the connection of a request, for which the servlet specification has no way. It is needed where a response has to look broken,
 * since each server makes a whole one of what is completed, and where the rest of a body is not waited for: Undertow would read it to its
 * end on one of the server's few threads, Grizzly keeps the connection for half a minute. On a server that is not known here nothing is
 * done.
 */
public final class ClientConnection {
    private static final System.Logger LOG = System.getLogger(ClientConnection.class.getName());
    private static final String UNDERTOW = "io.undertow.";
    private static final String UNDERTOW_CONNECTION = "io.undertow.server.ServerConnection";
    private static final String CATALINA = "org.apache.catalina.";

    private ClientConnection() {}

    /**
     * Closes the connection, what was flushed having been sent. Does not throw.
     *
     * @param request the server's own
     */
    public static void close(HttpServletRequest request) {
        ServletRequest own = request;
        while (own instanceof ServletRequestWrapper wrapper) {
            own = wrapper.getRequest();
        }
        String server = own.getClass().getName();
        try {
            // The servers' classes are not visible here.
            if (server.startsWith(UNDERTOW)) {
                closeUndertow(own);
            } else if (server.startsWith(CATALINA)) {
                closeGrizzly(own);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "the connection of a request cannot be closed", e);
        }
    }

    private static void closeUndertow(Object own) throws ReflectiveOperationException {
        Object connection = call(call(own, "getExchange"), "getConnection");
        Class<?> type = connection.getClass();
        while (!type.getName().equals(UNDERTOW_CONNECTION)) {
            type = type.getSuperclass();
        }
        type.getMethod("close").invoke(connection);
    }

    private static void closeGrizzly(Object facade) throws ReflectiveOperationException {
        Field field = facade.getClass().getDeclaredField("request");
        field.setAccessible(true);
        Object grizzly = call(field.get(facade), "getCoyoteRequest");
        Object connection = call(call(grizzly, "getContext"), "getConnection");
        Method close = connection.getClass().getMethod("terminateSilently");
        close.setAccessible(true);
        close.invoke(connection);
    }

    private static Object call(Object target, String method) throws ReflectiveOperationException {
        Method found = target.getClass().getMethod(method);
        found.setAccessible(true);
        return found.invoke(target);
    }

    /** Whether the server would read the rest of the body by itself, on a thread of its own. */
    public static boolean isDrained(HttpServletRequest request) {
        ServletRequest own = request;
        while (own instanceof ServletRequestWrapper wrapper) {
            own = wrapper.getRequest();
        }
        if (!own.getClass().getName().startsWith(UNDERTOW)) {
            return false;
        }
        long length = request.getContentLengthLong();
        try {
            return length < 0
                    ? request.getHeader("Transfer-Encoding") != null
                    : request.getInputStream().available() < length;
        } catch (IOException | IllegalStateException e) {
            return true;
        }
    }
}
