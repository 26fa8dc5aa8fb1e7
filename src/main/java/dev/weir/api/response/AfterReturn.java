package dev.weir.api.response;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What begins when a request's method has returned and the server has turned to other requests. Jersey queues what is sent to
 * an {@code SseEventSink} before that, without bound, and then writes it on the request's thread.
 */
public final class AfterReturn {
    private static final String ATTRIBUTE = AfterReturn.class.getName();

    private final AtomicReference<Runnable> action = new AtomicReference<>();

    /** That of {@code request}, made by whoever asks first. */
    public static AfterReturn of(HttpServletRequest request) {
        AfterReturn there = (AfterReturn) request.getAttribute(ATTRIBUTE);
        if (there == null) {
            there = new AfterReturn();
            request.setAttribute(ATTRIBUTE, there);
        }
        return there;
    }

    /** Has {@code later} run once the method has returned. */
    public void run(Runnable later) {
        action.set(later);
    }

    /** The method has returned. */
    public void returned() {
        Runnable later = action.getAndSet(null);
        if (later != null) {
            later.run();
        }
    }
}
