package dev.weir.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * An incomplete blob, in a file of Weir's own beside the blob. Used under the blob's lock.
 *
 * <p>It continues from the part that an interrupted download has left: Weir's own or Python's ({@code <etag>.incomplete}). When
 * it is interrupted itself, either program can continue from its part.
 */
final class PartialBlob implements AutoCloseable {
    private final HubApi.RemoteFile file;
    private final Path blob;
    private final Path path;
    private final Path pythonFile;
    private final FileChannel channel;
    /** The last modification of Python's file before it was adopted; null if it was not adopted. */
    private final @Nullable FileTime adopted;

    private ContentHash hash;
    private long size;
    private boolean whole;

    private PartialBlob(HubApi.RemoteFile file, Path blob) throws IOException {
        this.file = file;
        this.blob = blob;
        this.path = blob.resolveSibling(file.etag() + ".weir");
        this.pythonFile = blob.resolveSibling(file.etag() + ".incomplete");
        this.hash = new ContentHash(file.etag(), file.size());
        this.adopted = adopt();
        this.channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    static PartialBlob open(HubApi.RemoteFile file, Path blob) throws IOException {
        Files.createDirectories(blob.getParent());
        PartialBlob partial = new PartialBlob(file, blob);
        try {
            partial.readExistingBytes();
            return partial;
        } catch (IOException | RuntimeException e) {
            partial.close();
            throw e;
        }
    }

    /** Continues from Python's file if it has more bytes. The file is copied, because Python may still be writing it. */
    private @Nullable FileTime adopt() throws IOException {
        long ours = Files.exists(path) ? Files.size(path) : 0;
        if (!Files.isRegularFile(pythonFile)
                || Files.size(pythonFile) <= ours
                || Files.size(pythonFile) > file.size()) {
            return null;
        }
        FileTime written = Files.getLastModifiedTime(pythonFile);
        Files.deleteIfExists(path);
        Files.copy(pythonFile, path);
        return written;
    }

    private void readExistingBytes() throws IOException {
        if (channel.size() > file.size()) {
            channel.truncate(0);
        }
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        while (size < channel.size() && channel.read(bytes) > 0) {
            bytes.flip();
            hash.update(bytes);
            size += bytes.remaining();
            bytes.clear();
        }
    }

    /** Returns the number of bytes that are loaded. */
    long size() {
        return size;
    }

    boolean isComplete() {
        return size == file.size();
    }

    /** Appends the buffer's bytes. */
    void write(ByteBuffer bytes) throws IOException {
        hash.update(bytes);
        while (bytes.hasRemaining()) {
            size += channel.write(bytes, size);
        }
    }

    /** Discards all bytes. */
    void clear() throws IOException {
        channel.truncate(0);
        size = 0;
        hash = new ContentHash(file.etag(), file.size());
    }

    /** Moves the file to the blob's place if it has the expected hash; otherwise discards all bytes and returns false. */
    boolean finish() throws IOException {
        if (!hash.matches()) {
            clear();
            return false;
        }
        channel.force(true);
        channel.close();
        RepositoryCache.move(path, blob);
        whole = true;
        if (adopted != null && Files.exists(pythonFile) && adopted.equals(Files.getLastModifiedTime(pythonFile))) {
            Files.deleteIfExists(pythonFile); // Python has not written to it since.
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!whole) {
            leave();
        }
    }

    /** Leaves the loaded bytes in the file from which Python continues too, unless that file exists. */
    private void leave() throws IOException {
        if (size == 0) {
            Files.deleteIfExists(path);
        } else if (!Files.exists(pythonFile)) {
            RepositoryCache.move(path, pythonFile);
        }
    }
}
