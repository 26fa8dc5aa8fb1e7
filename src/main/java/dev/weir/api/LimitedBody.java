package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A request body that is {@link ErrorCode#BODY_TOO_LARGE} as soon as more of it was read than is allowed. */
final class LimitedBody extends FilterInputStream {
    private static final int MAX_SKIP = 8192;

    private final int maxBytes;
    private long count;

    LimitedBody(InputStream body, int maxBytes) {
        super(body);
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        int next = in.read();
        if (next >= 0) {
            counted(1);
        }
        return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return counted(in.read(bytes, offset, length));
    }

    @Override
    public long skip(long bytes) throws IOException {
        return readNBytes((int) Math.min(bytes, MAX_SKIP)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private int counted(int read) {
        count += Math.max(read, 0);
        require(count, maxBytes);
        return read;
    }

    /**
     * Refuses a body that says itself that it is too large, before a server with a limit of its own breaks it off.
     *
     * @param length in bytes; negative if it is not known
     */
    static void require(long length, int maxBytes) {
        if (length > maxBytes) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE,
                    "the request body is larger than weir.http.max-body allows, " + maxBytes + " bytes");
        }
    }
}
