package dev.weir.lifecycle;

import dev.weir.runtime.Pools;
import jakarta.inject.Inject;
import jakarta.servlet.GenericServlet;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Receives the first signal of the shutdown; it serves no request. Servers destroy servlets before they call the listeners of the
 * application. Payara destroys one servlet after another. It destroys JAX-RS while it holds back all requests that are being
 * answered. So the runs must finish earlier, while this servlet is destroyed.
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
