package dev.weir.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * A request whose asynchronous listeners are told on a thread of ours. Undertow tells them of a client that has gone within the
 * flush that found it, and RESTEasy's listener then waits for the thread that resumed the response, which holds the
 * response until all is written: told on the thread that flushes for it, the two would wait for each other for ever.
 */
final class DetachedListeners extends HttpServletRequestWrapper {
    private final Executor threads;

    DetachedListeners(HttpServletRequest request, Executor threads) {
        super(request);
        this.threads = threads;
    }

    /** {@code request}, on Undertow as one of these. */
    static HttpServletRequest of(HttpServletRequest request, Executor threads) {
        ServletContext server = request.getServletContext();
        return server.getClass().getName().startsWith("io.undertow.")
                ? new DetachedListeners(request, threads)
                : request;
    }

    @Override
    public AsyncContext startAsync() {
        return new Context(super.startAsync(), threads);
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        return new Context(super.startAsync(request, response), threads);
    }

    /** What the listeners are added to. */
    private record Context(AsyncContext context, Executor threads) implements AsyncContext {

        @Override
        public void addListener(AsyncListener listener) {
            context.addListener(new Listener(listener, threads));
        }

        @Override
        public void addListener(AsyncListener listener, ServletRequest request, ServletResponse response) {
            context.addListener(new Listener(listener, threads), request, response);
        }

        @Override
        public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
            return context.createListener(type);
        }

        @Override
        public ServletRequest getRequest() {
            return context.getRequest();
        }

        @Override
        public ServletResponse getResponse() {
            return context.getResponse();
        }

        @Override
        public boolean hasOriginalRequestAndResponse() {
            return context.hasOriginalRequestAndResponse();
        }

        @Override
        public void dispatch() {
            context.dispatch();
        }

        @Override
        public void dispatch(String path) {
            context.dispatch(path);
        }

        @Override
        public void dispatch(ServletContext server, String path) {
            context.dispatch(server, path);
        }

        @Override
        public void complete() {
            context.complete();
        }

        @Override
        public void start(Runnable task) {
            context.start(task);
        }

        @Override
        public void setTimeout(long millis) {
            context.setTimeout(millis);
        }

        @Override
        public long getTimeout() {
            return context.getTimeout();
        }
    }

    /** Only ends are told later: who is told of a time-out answers it before the server does. */
    private record Listener(AsyncListener listener, Executor threads) implements AsyncListener {
        private static final System.Logger LOG = System.getLogger(DetachedListeners.class.getName());

        @Override
        public void onComplete(AsyncEvent event) {
            later(() -> listener.onComplete(event));
        }

        @Override
        public void onError(AsyncEvent event) {
            later(() -> listener.onError(event));
        }

        @Override
        public void onTimeout(AsyncEvent event) throws IOException {
            listener.onTimeout(event);
        }

        @Override
        public void onStartAsync(AsyncEvent event) throws IOException {
            listener.onStartAsync(event);
        }

        private void later(Telling telling) {
            threads.execute(() -> {
                try {
                    telling.tell();
                } catch (IOException | RuntimeException e) {
                    LOG.log(System.Logger.Level.DEBUG, "a listener failed", e);
                }
            });
        }
    }

    /** Tells a listener. */
    @FunctionalInterface
    private interface Telling {
        void tell() throws IOException;
    }
}
