package dev.weir.api.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TakenResponseTest {
    /** The methods that only read. */
    private static final Set<String> QUESTIONS =
            Set.of("containsHeader", "encodeURL", "encodeRedirectURL", "encodeUrl", "encodeRedirectUrl", "isCommitted");

    private final List<String> called = new ArrayList<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Map<String, Object> attributes = new HashMap<>();

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private final HttpServletResponse server = proxy(HttpServletResponse.class, (proxy, method, arguments) -> {
        called.add(method.getName());
        return switch (method.getName()) {
            case "getOutputStream" -> new ServerStream();
            case "isCommitted" -> true;
            default -> null;
        };
    });
    private final AsyncContext context = proxy(AsyncContext.class, (proxy, method, arguments) -> {
        called.add(method.getName());
        return null;
    });
    private final HttpServletRequest request =
            proxy(HttpServletRequest.class, (proxy, method, arguments) -> switch (method.getName()) {
                case "startAsync" -> context;
                case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
                case "getAttribute" -> attributes.get((String) arguments[0]);
                case "getProtocol" -> "HTTP/1.1";
                case "getLocalAddr", "getRemoteAddr" -> "127.0.0.1";
                case "getLocalPort", "getRemotePort" -> 1;
                default -> null;
            });

    private final class ServerStream extends ServletOutputStream {
        @Override
        public void write(int one) {
            written.write(one);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {}
    }

    private static Object argument(Class<?> type) {
        if (type == int.class) {
            return 1;
        }
        return type == long.class ? 1L : type == String.class ? "x" : null;
    }

    private static List<Method> changes() {
        List<Method> changes = new ArrayList<>();
        for (Class<?> type : List.of(HttpServletResponse.class, ServletResponse.class)) {
            Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> !method.getName().startsWith("get") && !QUESTIONS.contains(method.getName()))
                    .forEach(changes::add);
        }
        return changes;
    }

    @Test
    void beforeItIsTakenEverythingPassesThrough() throws Exception {
        TakenResponse response = new TakenResponse(request, server);
        for (Method change : changes()) {
            called.clear();
            change.invoke(
                    response,
                    Arrays.stream(change.getParameterTypes())
                            .map(TakenResponseTest::argument)
                            .toArray());
            assertThat(called).as(change.toString()).contains(change.getName());
        }
        assertThat(response.isCommitted()).isTrue();
    }

    @Test
    void onceItIsTakenNothingOfJaxRsReachesTheServer() throws Exception {
        TakenResponse response = new TakenResponse(request, server);
        assertThat(TakenResponse.of(request)).isSameAs(response);
        OpenResponse open = response.take();
        called.clear();
        assertThat(changes()).hasSizeGreaterThan(15);
        for (Method change : changes()) {
            change.invoke(
                    response,
                    Arrays.stream(change.getParameterTypes())
                            .map(TakenResponseTest::argument)
                            .toArray());
        }
        response.getOutputStream().write(new byte[] {1, 2, 3});
        response.getWriter().append("text").flush();
        assertThat(response.isCommitted()).isFalse();
        assertThat(called).isEmpty();
        open.begin(200, Map.of("Content-Type", "text/plain"));
        open.write("ours".getBytes(StandardCharsets.UTF_8));
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("ours");
    }

    @Test
    void whatIsWrittenAsBytesNamesNoCharsetAfterwards() throws Exception {
        TakenResponse response = new TakenResponse(request, server);
        response.getOutputStream().write('a');
        called.clear();
        assertThatThrownBy(response::getWriter).isInstanceOf(IllegalStateException.class);
        assertThat(called).isEmpty();
    }

    @Test
    void afterItsEndNothingReachesTheServer() throws Exception {
        OpenResponse open = new TakenResponse(request, server).take();
        open.begin(200, Map.of());
        open.end();
        called.clear();
        assertThatThrownBy(() -> open.write(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> open.write(new byte[1])).isInstanceOf(IOException.class);
        assertThatThrownBy(open::flush).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> open.begin(200, Map.of("a", "b"))).isInstanceOf(IOException.class);
        open.end();
        open.close();
        assertThat(called).isEmpty();
    }
}
