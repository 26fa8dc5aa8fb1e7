package dev.weir.files;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the locations of a graph's external weights. An ONNX file may name other files for its weights, by any path, and ONNX
 * Runtime would read them.
 *
 * <p>The file is scanned as protocol buffers. The contents of tensors are skipped.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md">External data of ONNX</a>
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">The encoding of protocol buffers</a>
 */
public final class ExternalData implements AutoCloseable {
    /** The deepest nesting of messages, as in protocol buffers. */
    private static final int DEEPEST = 100;

    private static final int BUFFER_BYTES = 8 * 1024;
    private static final int MAX_TEXT = 4_096;
    private static final int MOST_LOCATIONS = 1_000;
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;

    /** The messages between the root of a file and the locations of its tensors. */
    private enum Kind {
        MODEL,
        GRAPH,
        NODE,
        ATTRIBUTE,
        TENSOR,
        SPARSE_TENSOR,
        FUNCTION,
        TRAINING,
        ENTRY;

        /** Returns the fields to scan, by the field numbers of onnx.proto. */
        private Map<Integer, Kind> fields() {
            return switch (this) {
                case MODEL -> Map.of(7, GRAPH, 20, TRAINING, 25, FUNCTION);
                case GRAPH -> Map.of(1, NODE, 5, TENSOR, 15, SPARSE_TENSOR);
                case NODE -> Map.of(5, ATTRIBUTE);
                case ATTRIBUTE ->
                    Map.of(5, TENSOR, 6, GRAPH, 10, TENSOR, 11, GRAPH, 22, SPARSE_TENSOR, 23, SPARSE_TENSOR);
                case TENSOR -> Map.of(13, ENTRY);
                case SPARSE_TENSOR -> Map.of(1, TENSOR, 2, TENSOR);
                case FUNCTION -> Map.of(7, NODE, 11, ATTRIBUTE);
                case TRAINING -> Map.of(1, GRAPH, 2, GRAPH);
                case ENTRY -> Map.of();
            };
        }
    }

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private final Set<String> locations = new LinkedHashSet<>();
    /** The file offset of the buffer's first byte. */
    private long bufferAt;

    private ExternalData(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Refuses a graph that names files outside its folder, or files that do not exist.
     *
     * @param folder the model's folder
     * @param graph a file in that folder
     * @throws WeirException {@link ErrorCode#NOT_READY} with the graph and the named file, or if the graph cannot be read
     */
    public static void check(ConfinedFolder folder, Path graph) {
        for (String location : locations(graph)) {
            boolean inside = !location.isEmpty()
                    && !location.startsWith("/")
                    && !location.contains("\\")
                    && !location.matches("[A-Za-z]:.*")
                    && !List.of(location.split("/", -1)).contains("..");
            Path beside = folder.path().relativize(graph).getParent();
            String name = beside == null ? location : beside + "/" + location;
            if (!inside || folder.file(name, Long.MAX_VALUE).isEmpty()) {
                throw new WeirException(
                        ErrorCode.NOT_READY,
                        "the model " + graph + " keeps weights in '" + location
                                + "', which is not a file in its folder: get the model with all its files, from a source"
                                + " that you trust");
            }
        }
    }

    /**
     * Returns the locations that a graph's tensors name, as they are written: usually in the graph's folder, but any path is
     * possible.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the file cannot be read as a graph, or names more than 1000 locations
     */
    public static Set<String> locations(Path graph) {
        try (ExternalData data = new ExternalData(FileChannel.open(graph))) {
            data.scan(Kind.MODEL, data.channel.size(), 0);
            return data.locations;
        } catch (IOException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the model " + graph + " cannot be read: " + e.getMessage(), e);
        }
    }

    private long position() {
        return bufferAt + buffer.position();
    }

    /** Reads a message of the kind, which ends at the offset {@code end}. */
    private void scan(Kind kind, long end, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("the file's messages are nested too deeply (at most " + DEEPEST + " levels)");
        }
        String key = "";
        String value = "";
        while (position() < end) {
            long tag = varint(end);
            if (tag >>> Integer.SIZE != 0 || tag >>> 3 == 0) {
                // Readers differ in the handling of the further bits: a field that is unknown here may be known to ONNX
                // Runtime.
                throw new IOException("the file has a tag that is not a number of 32 bits above 7");
            }
            int field = (int) (tag >>> 3);
            int wire = (int) (tag & 7);
            long to = endOf(wire, end);
            Kind inner = kind.fields().get(field);
            if (inner != null && wire == DELIMITED) {
                scan(inner, to, depth + 1);
            } else if (kind == Kind.ENTRY && wire == DELIMITED && field == 1) {
                key = text(to);
            } else if (kind == Kind.ENTRY && wire == DELIMITED && field == 2) {
                value = text(to);
            }
            skipTo(to);
        }
        if (kind == Kind.ENTRY && key.equals("location")) {
            locations.add(value);
            if (locations.size() > MOST_LOCATIONS) {
                throw new IOException("the file names too many files (at most " + MOST_LOCATIONS + ")");
            }
        }
    }

    /** Returns the offset of the field's end. A varint is read, because only reading it gives its length. */
    private long endOf(int wire, long end) throws IOException {
        long to = switch (wire) {
            case VARINT -> {
                varint(end);
                yield position();
            }
            case FIXED64 -> position() + Long.BYTES;
            case FIXED32 -> position() + Integer.BYTES;
            case DELIMITED -> {
                long length = varint(end);
                if (length >>> (Integer.SIZE - 1) != 0) {
                    throw new IOException("the file has a length of more than 31 bits");
                }
                yield position() + length;
            }
            default -> throw new IOException("the file is not ONNX");
        };
        if (to < position() || to > end) {
            throw new IOException("the file is cut short, or is not ONNX");
        }
        return to;
    }

    private long varint(long end) throws IOException {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (position() >= end) {
                throw new IOException("the file is cut short, or is not ONNX");
            }
            byte next = next();
            number |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IOException("the file is not ONNX");
    }

    private String text(long end) throws IOException {
        if (end - position() > MAX_TEXT) {
            throw new IOException("the file has a name that is too long (at most " + MAX_TEXT + " bytes)");
        }
        byte[] bytes = new byte[(int) (end - position())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = next();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private byte next() throws IOException {
        if (!buffer.hasRemaining()) {
            bufferAt = position();
            buffer.clear();
            int read = channel.read(buffer, bufferAt);
            buffer.flip();
            if (read <= 0) {
                throw new IOException("the file is cut short");
            }
        }
        return buffer.get();
    }

    private void skipTo(long target) {
        if (target <= bufferAt + buffer.limit()) {
            buffer.position((int) (target - bufferAt));
        } else {
            bufferAt = target;
            buffer.position(0).limit(0);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
