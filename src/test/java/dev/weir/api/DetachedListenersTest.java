package dev.weir.api;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class DetachedListenersTest {
    private final List<String> told = new ArrayList<>();
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<AsyncListener> added = new ArrayList<>();

    private final AsyncContext context = proxy(AsyncContext.class, (proxy, method, arguments) -> {
        if (method.getName().equals("addListener")) {
            added.add((AsyncListener) arguments[0]);
        }
        return method.getName().equals("getTimeout") ? 7L : null;
    });

    private final HttpServletRequest request = proxy(HttpServletRequest.class, (proxy, method, arguments) -> {
        return switch (method.getName()) {
            case "startAsync" -> context;
            case "getServletContext" -> proxy(ServletContext.class, (server, call, values) -> null);
            default -> null;
        };
    });

    private final AsyncListener listener = proxy(AsyncListener.class, (proxy, method, arguments) -> {
        told.add(method.getName());
        if (method.getName().equals("onComplete")) {
            throw new IOException("the client has gone");
        }
        return null;
    });

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Test
    void endsAreToldOnAThreadOfOurs() throws Exception {
        AsyncContext started = new DetachedListeners(request, later::add).startAsync();
        started.addListener(listener);
        AsyncEvent event = new AsyncEvent(context);

        added.get(0).onError(event);
        added.get(0).onComplete(event);
        assertThat(told).isEmpty();

        // What one of them throws ends nobody's thread.
        while (!later.isEmpty()) {
            Objects.requireNonNull(later.poll()).run();
        }
        assertThat(told).containsExactly("onError", "onComplete");
    }

    @Test
    void whoMustAnswerIsToldAtOnce() throws Exception {
        new DetachedListeners(request, later::add).startAsync().addListener(listener);
        AsyncEvent event = new AsyncEvent(context);

        added.get(0).onStartAsync(event);
        added.get(0).onTimeout(event);

        assertThat(told).containsExactly("onStartAsync", "onTimeout");
        assertThat(later).isEmpty();
    }

    @Test
    void theRestIsTheServers() {
        assertThat(new DetachedListeners(request, later::add).startAsync().getTimeout())
                .isEqualTo(7);
    }

    @Test
    void onOtherServersARequestStaysWhatItIs() {
        assertThat(DetachedListeners.of(request, later::add)).isSameAs(request);
    }
}
