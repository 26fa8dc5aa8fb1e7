package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.TemporaryFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of one run request. Small files stay in memory. Files above {@value #LARGEST_IN_MEMORY} bytes are temporary files
 * until {@link #close}, so that a waiting run does not hold their bytes. Thread-safe once all files are kept.
 */
public final class Uploads implements AutoCloseable {
    static final int LARGEST_IN_MEMORY = 256 * 1024;

    private static final int PIECE_BYTES = 64 * 1024;
    private static final System.Logger LOG = System.getLogger(Uploads.class.getName());

    private final BodyBudget.Share share;
    private final TemporaryFolder temporary;
    private final List<Path> files = new ArrayList<>();
    private long inputBytes;
    private boolean closed;

    /**
     * Begins without a file.
     *
     * @param share reserves the bytes of temporary files; closed by its owner
     */
    public Uploads(BodyBudget.Share share, TemporaryFolder temporary) {
        this.share = share;
        this.temporary = temporary;
    }

    /** A placeholder for the content of a temporary file. */
    private record OnDisk(Path file) {
        byte[] bytes() {
            try {
                return Files.readAllBytes(file);
            } catch (NoSuchFileException e) {
                throw new WeirException(ErrorCode.CANCELLED, "the run has ended, and with it its uploaded files", e);
            } catch (IOException e) {
                throw new WeirException(ErrorCode.INTERNAL, "an uploaded file could not be read again", e);
            }
        }
    }

    /**
     * Reads a file to its end.
     *
     * @return the bytes, or a placeholder that {@link #input} replaces
     */
    Object keep(InputStream content) throws IOException {
        byte[] head = content.readNBytes(LARGEST_IN_MEMORY + 1);
        return head.length <= LARGEST_IN_MEMORY
                ? head
                : onDisk(new SequenceInputStream(new ByteArrayInputStream(head), content));
    }

    /** Writes a temporary file. Failures of the disk are unchecked: they are faults of the server, not of the request. */
    private OnDisk onDisk(InputStream content) throws IOException {
        Path file = register();
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] piece = new byte[PIECE_BYTES];
            for (int read = content.readNBytes(piece, 0, PIECE_BYTES);
                    read > 0;
                    read = content.readNBytes(piece, 0, PIECE_BYTES)) {
                if (!share.moreFiles(read)) {
                    throw BodyStore.overloaded();
                }
                write(out, piece, read);
            }
        }
        return new OnDisk(file);
    }

    private static void write(OutputStream out, byte[] piece, int length) {
        try {
            out.write(piece, 0, length);
        } catch (IOException e) {
            throw new UncheckedIOException("an uploaded file could not be written", e);
        }
    }

    private synchronized Path register() {
        try {
            Path file = temporary.file("upload-");
            files.add(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("a temporary file could not be made", e);
        }
    }

    /** Returns {@code value} with each placeholder replaced by the file's bytes. The file is read at each access. */
    synchronized Object input(Object value) {
        inputBytes = InputSize.bytes(value);
        return files.isEmpty() ? value : plain(value);
    }

    /** The estimated memory in bytes of the last {@link #input}, without temporary files. */
    synchronized long inputBytes() {
        return inputBytes;
    }

    private static Object plain(Object value) {
        if (value instanceof OnDisk file) {
            return file.bytes();
        }
        if (value instanceof Map<?, ?> map) {
            return new MapOfFiles(map);
        }
        return value instanceof List<?> list ? new ListOfFiles(list) : value;
    }

    private static @Nullable Object plainOrNull(@Nullable Object value) {
        return value == null ? null : plain(value);
    }

    /** True if there are no temporary files to keep until the run ends. */
    public synchronized boolean isEmpty() {
        return files.isEmpty();
    }

    /** Deletes the temporary files. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the temporary file " + file + " could not be deleted", e);
            }
        }
    }

    /** A mapping that reads a file at each access to its key. */
    private static final class MapOfFiles extends AbstractMap<Object, @Nullable Object> {
        private final Map<?, ?> held;

        MapOfFiles(Map<?, ?> held) {
            this.held = held;
        }

        @Override
        public @Nullable Object get(Object key) {
            return plainOrNull(held.get(key));
        }

        @Override
        public boolean containsKey(Object key) {
            return held.containsKey(key);
        }

        @Override
        public Set<Entry<Object, @Nullable Object>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public int size() {
                    return held.size();
                }

                @Override
                public Iterator<Entry<Object, @Nullable Object>> iterator() {
                    return held.entrySet().stream().map(MapOfFiles::plainEntry).iterator();
                }
            };
        }

        private static Entry<Object, @Nullable Object> plainEntry(Entry<?, ?> held) {
            return new SimpleImmutableEntry<>(held.getKey(), plainOrNull(held.getValue()));
        }
    }

    /** A list that reads a file at each access to its element. */
    private static final class ListOfFiles extends AbstractList<@Nullable Object> {
        private final List<?> held;

        ListOfFiles(List<?> held) {
            this.held = held;
        }

        @Override
        public @Nullable Object get(int index) {
            return plainOrNull(held.get(index));
        }

        @Override
        public int size() {
            return held.size();
        }
    }
}
