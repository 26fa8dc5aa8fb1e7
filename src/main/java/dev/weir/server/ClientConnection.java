package dev.weir.server;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Closes the connection of a request; the servlet specification has no way to do so. A response that must look incomplete needs
 * it, since each server completes an unfinished response. It also avoids the wait for the rest of a body: Undertow would read the
 * body to its end on one of its few threads, and Grizzly keeps the connection for half a minute. On an unknown server these
 * methods do nothing.
 */
public final class ClientConnection {
    private static final System.Logger LOG = System.getLogger(ClientConnection.class.getName());
    private static final String UNDERTOW = "io.undertow.";
    private static final String UNDERTOW_CONNECTION = "io.undertow.server.ServerConnection";
    private static final String CATALINA = "org.apache.catalina.";

    private ClientConnection() {}

    /**
     * Closes the connection after all flushed bytes have been sent. Does not throw.
     *
     * @param request the server's own request, or a wrapper
     */
    public static void close(HttpServletRequest request) {
        ServletRequest own = unwrapped(request);
        String server = own.getClass().getName();
        try {
            // By reflection: the classes of the server are not visible to an application.
            if (server.startsWith(UNDERTOW)) {
                closeUndertow(own);
            } else if (server.startsWith(CATALINA)) {
                closeGrizzly(own);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "the connection of a request cannot be closed", e);
        }
    }

    /** The server's own request behind all wrappers. */
    private static ServletRequest unwrapped(ServletRequest request) {
        ServletRequest own = request;
        while (own instanceof ServletRequestWrapper wrapper) {
            own = wrapper.getRequest();
        }
        return own;
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

    /** Whether the server would read the rest of the body by itself, on one of its threads. */
    public static boolean isDrained(HttpServletRequest request) {
        if (!unwrapped(request).getClass().getName().startsWith(UNDERTOW)) {
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
