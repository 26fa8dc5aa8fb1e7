package dev.weir.api;

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
 * A request body that has arrived, and then what was read from it. It holds its share of the memory and of the disk of all bodies until
 * it is closed: for a run, until the run has ended. Used by one thread at a time; only {@link #close} is thread-safe.
 */
final class ReceivedBody implements AutoCloseable {
    /**
     * How many bytes reading one byte may take for a moment: a text's characters in a buffer that grows (four, and two for the buffer
     * before), and the text itself.
     */
    private static final int READING_FACTOR = 7;

    /** The smallest values of JSON are two bytes with their comma, and become an object each. */
    private static final int VALUE_BYTES = 2;

    private static final int OBJECT_BYTES = 64;

    /** What a run has of its input: the values, a text made of them, and that text's bytes on the way to an upstream. */
    private static final int RUN_FACTOR = 3;

    private static final System.Logger LOG = System.getLogger(ReceivedBody.class.getName());

    private final BodyBudget.Share share;
    private final Uploads uploads;
    private final int length;
    private byte[] memory;
    private @Nullable Path file;

    /**
     * A body that is closed by its owner.
     *
     * @param memory all bytes, or none
     * @param file has the bytes if they are not in memory
     */
    ReceivedBody(byte[] memory, int length, @Nullable Path file, BodyBudget.Share share, TemporaryFolder temporary) {
        this.memory = memory;
        this.length = length;
        this.file = file;
        this.share = share;
        this.uploads = new Uploads(share, temporary);
    }

    /** Bytes. */
    int length() {
        return length;
    }

    /** Keeps the files of a form until the body is closed. */
    Uploads uploads() {
        return uploads;
    }

    /**
     * Reads the body, once: afterwards only what was made of it is held.
     *
     * @param values the most that {@code reading} makes of the bytes
     * @param reading makes a run request of the bytes
     * @throws WeirException what {@code reading} throws; {@link dev.weir.ErrorCode#OVERLOADED} if reading it would take more memory than
     *     the other bodies leave. The body must be closed all the same.
     * @throws UncheckedIOException if the temporary file cannot be read
     */
    RunRequest read(int values, Function<InputStream, RunRequest> reading) {
        long most = (long) READING_FACTOR * length + OBJECT_BYTES * Math.min(values, (long) length / VALUE_BYTES);
        if (!share.hold(most)) {
            throw BodyStore.overloaded();
        }
        RunRequest request;
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

    /** Gives everything back; doing it twice does nothing. */
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

    /** A disk that fails is the server's fault, not the request's: its failures are unchecked. */
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
