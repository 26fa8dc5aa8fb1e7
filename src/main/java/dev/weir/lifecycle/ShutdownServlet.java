package dev.weir.lifecycle;

import dev.weir.runtime.Pools;
import jakarta.inject.Inject;
import jakarta.servlet.GenericServlet;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Serves nothing: it is there to be ended, which servers do to servlets before they tell the listeners of the application.
 * Payara ends one servlet after the other, and ends JAX-RS while it holds every request to it that was being answered. So what
 * runs has its time to finish before, while this one is ended.
 */
public class ShutdownServlet extends GenericServlet {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient Pools pools;

    @Override
    public void service(ServletRequest request, ServletResponse response) {
        throw new IllegalStateException("this servlet has no address");
    }

    @Override
    public void destroy() {
        pools.shutdown().run();
    }
}
