package dev.weir.api.form;

import dev.weir.WeirException;
import dev.weir.files.TemporaryFolder;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A complete request body, and later the input read from it. It keeps its share of the budget of memory and disk until it is
 * closed; a run closes it at its end. Used by one thread at a time; only {@link #close} is thread-safe.
 */
public final class ReceivedBody implements AutoCloseable {
    /**
     * The most bytes of memory for a moment while one byte is parsed: a text's characters in a growing buffer (four, and two for
     * the previous buffer), and the text itself.
     */
    private static final int READING_FACTOR = 7;

    /** The smallest values of JSON have two bytes with their comma. Each becomes an object. */
    private static final int VALUE_BYTES = 2;

    private static final int OBJECT_BYTES = 64;

    /**
     * The copies of its input that a run holds: the values, a text made from them, and the bytes of that text for an upstream.
     */
    private static final int RUN_FACTOR = 3;

    private static final System.Logger LOG = System.getLogger(ReceivedBody.class.getName());

    private final BodyBudget.Share share;
    private final Uploads uploads;
    private final int length;
    private byte[] memory;
    private @Nullable Path file;

    /**
     * Makes a body, which its owner must close.
     *
     * @param memory all bytes; empty if they are in {@code file}
     * @param file has the bytes if they are not in memory, else null
     */
    ReceivedBody(byte[] memory, int length, @Nullable Path file, BodyBudget.Share share, TemporaryFolder temporary) {
        this.memory = memory;
        this.length = length;
        this.file = file;
        this.share = share;
        this.uploads = new Uploads(share, temporary);
    }

    /** The length in bytes. */
    int length() {
        return length;
    }

    /** The files of a form, which are kept until the body is closed. */
    public Uploads uploads() {
        return uploads;
    }

    /**
     * Parses the body, once. Its bytes are then released; only the parsed request is kept. The body must be closed also after a
     * failure.
     *
     * @param values the most values that {@code reading} makes from the bytes
     * @param reading makes a request from the bytes
     * @throws WeirException the failure of {@code reading}; {@link dev.weir.ErrorCode#OVERLOADED} if the budget has no memory for
     *     the parsing
     * @throws UncheckedIOException if the temporary file cannot be read
     */
    <T> T read(int values, Function<InputStream, T> reading) {
        long most = (long) READING_FACTOR * length + OBJECT_BYTES * Math.min(values, (long) length / VALUE_BYTES);
        if (!share.hold(most)) {
            throw BodyStore.overloaded();
        }
        T request;
        try (InputStream in = open()) {
            request = reading.apply(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a request body cannot be read again", e);
        }
        memory = new byte[0];
        deleteFile();
        share.hold(Math.min(most, RUN_FACTOR * uploads.inputBytes()));
        return request;
    }

    private InputStream open() throws IOException {
        Path there = file;
        return there == null
                ? new ByteArrayInputStream(memory, 0, length)
                : new FileStream(Files.newInputStream(there));
    }

    private synchronized void deleteFile() {
        Path there = file;
        file = null;
        if (there != null) {
            delete(there);
            share.moreFiles(-length);
        }
    }

    /** Releases everything. A second call does nothing. */
    @Override
    public void close() {
        deleteFile();
        uploads.close();
        share.close();
    }

    static void delete(@Nullable Path file) {
        if (file == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            notDeleted(file, e);
        }
    }

    static void notDeleted(@Nullable Path file, IOException cause) {
        LOG.log(Level.WARNING, "the temporary file " + file + " could not be deleted", cause);
    }

    /** Makes failures of the disk unchecked: they are faults of the server, not of the request. */
    private static final class FileStream extends FilterInputStream {
        FileStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            try {
                return in.read();
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int count) {
            try {
                return in.read(bytes, offset, count);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private static UncheckedIOException failed(IOException cause) {
            return new UncheckedIOException("a request body cannot be read again", cause);
        }
    }
}
