package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.TemporaryFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one arriving body. A small body is in memory. A body above {@value #LARGEST_IN_MEMORY} bytes is in a temporary
 * file, and so is one that finds the memory of all bodies used up. Not thread-safe.
 */
final class BodyStore implements AutoCloseable {
    static final int LARGEST_IN_MEMORY = 256 * 1024;

    private static final int FIRST_BYTES = 1024;

    private final BodyBudget.Share share;
    private final TemporaryFolder temporary;
    private byte[] memory = {};
    private int length;
    private @Nullable Path file;
    private @Nullable OutputStream out;
    private boolean closed;

    /**
     * Begins without bytes.
     *
     * @param share closed by this store, or by the body that {@link #received} returns
     */
    BodyStore(BodyBudget.Share share, TemporaryFolder temporary) {
        this.share = share;
        this.temporary = temporary;
    }

    /**
     * Adds bytes. Blocks no longer than a copy to memory or to the disk's cache.
     *
     * @throws WeirException {@link ErrorCode#OVERLOADED} if the disk budget of all bodies is used up
     * @throws UncheckedIOException if the temporary file cannot be written
     */
    void append(byte[] bytes, int count) {
        try {
            if (out == null && fitsInMemory(count)) {
                System.arraycopy(bytes, 0, memory, length, count);
            } else {
                toFile(bytes, count);
            }
            length += count;
        } catch (IOException e) {
            throw new UncheckedIOException("a request body cannot be written to a temporary file", e);
        }
    }

    private boolean fitsInMemory(int count) {
        int wanted = length + count;
        if (wanted > LARGEST_IN_MEMORY) {
            return false;
        }
        if (wanted > memory.length) {
            int capacity = Math.min(Math.max(Math.max(FIRST_BYTES, wanted), 2 * memory.length), LARGEST_IN_MEMORY);
            if (!share.arriving(capacity)) {
                return false;
            }
            memory = Arrays.copyOf(memory, capacity);
        }
        return true;
    }

    private void toFile(byte[] bytes, int count) throws IOException {
        OutputStream opened = out;
        if (opened == null) {
            reserveFile(length + count);
            Path made = temporary.file("body-");
            file = made;
            opened = Files.newOutputStream(made);
            out = opened;
            opened.write(memory, 0, length);
            memory = new byte[0];
            share.arriving(0);
        } else {
            reserveFile(count);
        }
        opened.write(bytes, 0, count);
    }

    private void reserveFile(long bytes) {
        if (!share.moreFiles(bytes)) {
            throw overloaded();
        }
    }

    /** The refusal of a body for which the budget has no room. */
    static WeirException overloaded() {
        return new WeirException(
                ErrorCode.OVERLOADED,
                "the request bodies of this server are too large together (weir.http.body-memory): retry later");
    }

    /**
     * Makes a body of all bytes. This store cannot be used afterwards.
     *
     * @throws UncheckedIOException if the temporary file cannot be written
     */
    ReceivedBody received() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a request body cannot be written to a temporary file", e);
        }
        closed = true;
        return new ReceivedBody(memory, length, file, share, temporary);
    }

    /** Releases memory and file, unless a body was made from them. A second call does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        memory = new byte[0];
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            ReceivedBody.notDeleted(file, e);
        }
        ReceivedBody.delete(file);
        share.close();
    }
}
