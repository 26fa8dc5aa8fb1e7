package dev.weir.sse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A response that records its writes, and fails a test that writes after its end. */
public class RecordingResponse extends ResponseStream {
    /** The content of each write. A write that splits a character shows it as U+FFFD. */
    public final List<String> writes = Collections.synchronizedList(new ArrayList<>());

    private final ByteArrayOutputStream all = new ByteArrayOutputStream();

    private final Map<String, String> headers = Collections.synchronizedMap(new LinkedHashMap<>());
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<AssertionError> faults = Collections.synchronizedList(new ArrayList<>());
    private volatile int status;
    private volatile boolean aborted;

    @Override
    public void begin(int code, Map<String, String> fields) throws IOException {
        use();
        if (status != 0) {
            fault("begun twice");
        }
        status = code;
        headers.putAll(fields);
    }

    @Override
    public void write(int one) {
        fault("a byte at a time");
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        use();
        all.write(bytes, from, length);
        writes.add(new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    @Override
    public void flush() throws IOException {
        use();
    }

    private void use() {
        if (ended.getCount() == 0) {
            fault("used after its end");
        }
    }

    private void fault(String what) {
        AssertionError fault = new AssertionError("the response was " + what);
        faults.add(fault);
        throw fault;
    }

    @Override
    public void end() {
        ended.countDown();
    }

    @Override
    public void abort() {
        aborted = true;
        ended.countDown();
    }

    /** Whether it was ended so that it does not look complete. */
    public boolean isAborted() {
        return aborted;
    }

    /** Waits for the end. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
        if (!faults.isEmpty()) {
            throw faults.get(0);
        }
    }

    /** Whether it has ended. */
    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** The joined writes. */
    public String written() {
        return all.toString(StandardCharsets.UTF_8);
    }

    /** The status; 0 before the head. */
    public int status() {
        return status;
    }

    /** A header field; null if there is none. */
    public String header(String name) {
        return headers.get(name);
    }
}
