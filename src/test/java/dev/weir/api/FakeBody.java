package dev.weir.api;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** A request with a body that the test provides, on the test's thread. It fails if it is used after the test has recycled it. */
public final class FakeBody extends ServletInputStream {
    private final Map<String, List<String>> headers;
    private final Deque<Byte> bytes = new ArrayDeque<>();
    private ReadListener listener;
    private boolean whole;
    private boolean recycled;

    public FakeBody(Map<String, List<String>> headers) {
        this.headers = headers;
    }

    public static FakeBody of(long length) {
        return new FakeBody(Map.of("Content-Length", List.of(Long.toString(length))));
    }

    /** The request, with only the methods that a body needs. */
    public HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                FakeBody.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "getHeaders" -> Collections.enumeration(headers.getOrDefault((String) args[0], List.of()));
                    case "getInputStream" -> this;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    /** Makes bytes available, and notifies the listener if there is one. */
    public void comes(byte[] more) throws IOException {
        for (byte one : more) {
            bytes.add(one);
        }
        if (listener != null) {
            listener.onDataAvailable();
        }
    }

    public void comes(String text) throws IOException {
        comes(text.getBytes(StandardCharsets.UTF_8));
    }

    public void ends() throws IOException {
        whole = true;
        listener.onAllDataRead();
    }

    public void breaksOff() {
        listener.onError(new IOException("reset"));
    }

    /** From now on the stream belongs to another request. */
    public void recycle() {
        recycled = true;
    }

    public boolean hasListener() {
        return listener != null;
    }

    private void touched() {
        if (recycled) {
            throw new AssertionError("the stream belongs to another request");
        }
    }

    @Override
    public boolean isFinished() {
        touched();
        return whole && bytes.isEmpty();
    }

    @Override
    public boolean isReady() {
        touched();
        return !bytes.isEmpty();
    }

    @Override
    public int available() {
        touched();
        return bytes.size();
    }

    @Override
    public void setReadListener(ReadListener readListener) {
        touched();
        listener = readListener;
    }

    @Override
    public int read() {
        touched();
        Byte next = bytes.poll();
        return next == null ? -1 : next & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        touched();
        int count = Math.min(length, bytes.size());
        for (int i = 0; i < count; i++) {
            into[offset + i] = bytes.remove();
        }
        return count == 0 ? -1 : count;
    }
}
