package dev.weir.api.response;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs an action after a request's method has returned. Before that, Jersey queues all events of an {@code SseEventSink} without
 * a limit, and later writes them on the request's thread.
 */
public final class AfterReturn {
    private static final String ATTRIBUTE = AfterReturn.class.getName();

    private final AtomicReference<Runnable> action = new AtomicReference<>();

    /** The instance of {@code request}, made by the first call. */
    public static AfterReturn of(HttpServletRequest request) {
        AfterReturn there = (AfterReturn) request.getAttribute(ATTRIBUTE);
        if (there == null) {
            there = new AfterReturn();
            request.setAttribute(ATTRIBUTE, there);
        }
        return there;
    }

    /** Sets the action that runs after the method has returned. It replaces an action that has not run. */
    public void run(Runnable later) {
        action.set(later);
    }

    /** Runs the action, if there is one. To be called when the method has returned. */
    public void returned() {
        Runnable later = action.getAndSet(null);
        if (later != null) {
            later.run();
        }
    }
}
