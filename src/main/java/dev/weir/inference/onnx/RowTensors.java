package dev.weir.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Cache tensors with the rows of several sequences, {@code [rows, heads, stride, headSize]} each. The buffers are reused and grow
 * rarely. Used by one thread at a time.
 *
 * <p>Rows are the outermost axis. Therefore adding a row copies only its own data, and removing a row copies the last row into
 * its place; the other rows do not move. A row shorter than the stride is padded with zeros, which the attention mask hides.
 *
 * <p>A graph that returns a longer cache than it takes reads {@code buffers} and writes {@code twins}. Then the two are swapped.
 */
final class RowTensors {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16);
    /** Padding up to this many positions does not justify copying all rows. */
    private static final int TOLERATED_PADDING = 32;

    /** The place of the positions within a row. */
    enum Placement {
        /** At the end, after padding: a step adds a position to all rows at the same index. */
        AT_END,
        /** At the beginning, before padding. */
        AT_START,
        /** At the beginning, in rows that are longer than needed: a step adds a position in place, at each row's own index. */
        IN_SLOTS
    }

    private final List<CacheTensor> layout;
    private final Placement placement;
    private final boolean direct;
    private ByteBuffer[] buffers;
    private ByteBuffer[] twins;
    private int[] lengths = new int[8];
    private int rows;
    private int stride;

    /**
     * Creates empty tensors.
     *
     * @param direct true for native memory, which a graph uses; false for the heap
     */
    RowTensors(List<CacheTensor> layout, Placement placement, boolean direct) {
        this.layout = layout;
        this.placement = placement;
        this.direct = direct;
        this.buffers = new ByteBuffer[layout.size()];
        this.twins = new ByteBuffer[layout.size()];
        Arrays.setAll(buffers, i -> allocate(0));
        Arrays.setAll(twins, i -> allocate(0));
    }

    int rows() {
        return rows;
    }

    int stride() {
        return stride;
    }

    int length(int row) {
        return lengths[row];
    }

    private int longest() {
        return Arrays.stream(lengths, 0, rows).max().orElse(0);
    }

    /** Resets to one row of {@code length} positions, which a graph is about to write. The old content is lost. */
    void reset(int length) {
        rows = 1;
        lengths[0] = length;
        stride = placement == Placement.IN_SLOTS ? Math.max(stride, slotLength(length)) : length;
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = room(buffers[i], i, 1, stride, false);
        }
    }

    /** Removes every row. */
    void clear() {
        rows = 0;
        stride = placement == Placement.IN_SLOTS ? stride : 0;
    }

    /** Adds a copy of a row of other tensors as the last row. */
    void append(RowTensors from, int row) {
        int length = from.lengths[row];
        int wanted = placement == Placement.IN_SLOTS ? slotLength(length) : length;
        if (rows == 0) {
            stride = placement == Placement.IN_SLOTS ? Math.max(stride, wanted) : wanted;
        } else if (wanted > stride) {
            restride(wanted);
        }
        lengths = rows < lengths.length ? lengths : Arrays.copyOf(lengths, 2 * rows);
        lengths[rows] = length;
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = room(buffers[i], i, rows + 1, stride, true);
            copyRow(from.buffers[i], from.start(length, from.stride), row, from.stride, buffers[i], rows, i, length);
        }
        rows++;
    }

    /** Removes a row; the last row moves to its place. */
    void remove(int row) {
        rows--;
        if (row < rows) {
            for (int i = 0; i < buffers.length; i++) {
                int bytes = rowBytes(i, stride);
                buffers[i].put(row * bytes, buffers[i], rows * bytes, bytes);
            }
            lengths[row] = lengths[rows];
        }
        if (rows == 0) {
            clear();
        } else if (placement != Placement.IN_SLOTS && stride - longest() > Math.max(TOLERATED_PADDING, stride / 4)) {
            restride(longest());
        }
    }

    /** Replaces each target row by a copy of the present source row. All of them are equally long. */
    void rearrange(int[] targets, int[] sources) {
        if (Arrays.equals(targets, sources)) {
            return;
        }
        for (int i = 0; i < buffers.length; i++) {
            int bytes = rowBytes(i, stride);
            ByteBuffer kept = ByteBuffer.allocate(targets.length * bytes);
            for (int j = 0; j < targets.length; j++) {
                if (targets[j] != sources[j]) {
                    kept.put(j * bytes, buffers[i], sources[j] * bytes, bytes);
                }
            }
            for (int j = 0; j < targets.length; j++) {
                if (targets[j] != sources[j]) {
                    buffers[i].put(targets[j] * bytes, kept, j * bytes, bytes);
                }
            }
        }
    }

    /** Changes the stride, which copies all rows. */
    private void restride(int wanted) {
        for (int i = 0; i < buffers.length; i++) {
            ByteBuffer target = room(twins[i], i, rows, wanted, false);
            for (int row = 0; row < rows; row++) {
                copyRow(buffers[i], start(lengths[row], stride), row, stride, target, row, i, lengths[row], wanted);
            }
            twins[i] = buffers[i];
            buffers[i] = target;
        }
        stride = wanted;
    }

    /** Ensures that a step can add {@code count} positions to each row in place; makes slots longer if necessary. */
    void reserve(int count) {
        if (placement == Placement.IN_SLOTS && longest() + count > stride) {
            restride(slotLength(longest() + count));
        }
    }

    /** Returns the tensor that a graph reads. */
    OnnxTensor past(OrtEnvironment environment, int index) throws OrtException {
        return tensor(environment, buffers[index], index, rows, stride);
    }

    /**
     * Returns the tensor that a graph writes, with rows that are {@code count} positions longer; {@link #grown} makes it the
     * current one.
     */
    OnnxTensor present(OrtEnvironment environment, int index, int count) throws OrtException {
        if (placement == Placement.IN_SLOTS) {
            return tensor(environment, buffers[index], index, rows, stride);
        }
        twins[index] = room(twins[index], index, rows, stride + count, false);
        return tensor(environment, twins[index], index, rows, stride + count);
    }

    /** Records that a step has written {@code count} more positions of each row. */
    void grown(int count) {
        for (int row = 0; row < rows; row++) {
            lengths[row] += count;
        }
        if (placement != Placement.IN_SLOTS) {
            ByteBuffer[] read = buffers;
            buffers = twins;
            twins = read;
            stride += count;
        }
    }

    private OnnxTensor tensor(OrtEnvironment environment, ByteBuffer buffer, int index, int rows, int length)
            throws OrtException {
        CacheTensor tensor = layout.get(index);
        ByteBuffer view = buffer.slice(0, rows * rowBytes(index, length)).order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(environment, view, tensor.shape(rows, length), tensor.type());
    }

    private int start(int length, int stride) {
        return placement == Placement.AT_END ? stride - length : 0;
    }

    private void copyRow(
            ByteBuffer from, int fromStart, int fromRow, int fromStride, ByteBuffer to, int toRow, int i, int length) {
        copyRow(from, fromStart, fromRow, fromStride, to, toRow, i, length, stride);
    }

    private void copyRow(
            ByteBuffer from,
            int fromStart,
            int fromRow,
            int fromStride,
            ByteBuffer to,
            int toRow,
            int index,
            int length,
            int toStride) {
        CacheTensor tensor = layout.get(index);
        int position = tensor.positionBytes();
        int toStart = start(length, toStride);
        for (int head = 0; head < tensor.heads(); head++) {
            int source = (fromRow * tensor.heads() + head) * fromStride;
            int target = (toRow * tensor.heads() + head) * toStride;
            to.put((target + toStart) * position, from, (source + fromStart) * position, length * position);
            if (placement == Placement.AT_END) {
                zero(to, target * position, toStart * position);
            } else if (placement == Placement.AT_START) {
                zero(to, (target + length) * position, (toStride - length) * position);
            }
        }
    }

    private static void zero(ByteBuffer buffer, int from, int bytes) {
        for (int done = 0; done < bytes; done += ZEROS.capacity()) {
            buffer.put(from + done, ZEROS, 0, Math.min(ZEROS.capacity(), bytes - done));
        }
    }

    private int rowBytes(int index, int length) {
        CacheTensor tensor = layout.get(index);
        long bytes = (long) tensor.heads() * length * tensor.positionBytes();
        if (bytes > Integer.MAX_VALUE) {
            throw tooLarge(1, length);
        }
        return (int) bytes;
    }

    /**
     * Returns {@code buffer} if it has room for {@code rows} rows, otherwise a larger buffer; {@code keep} copies the content.
     */
    private ByteBuffer room(ByteBuffer buffer, int index, int rows, int length, boolean keep) {
        long needed = (long) rows * rowBytes(index, length);
        if (needed <= buffer.capacity()) {
            return buffer;
        }
        if (needed > Integer.MAX_VALUE) {
            throw tooLarge(rows, length);
        }
        ByteBuffer larger = allocate((int) Math.min(Integer.MAX_VALUE, needed + needed / 2));
        if (keep) {
            larger.put(0, buffer, 0, buffer.capacity());
        }
        return larger;
    }

    private static WeirException tooLarge(int rows, int length) {
        return new WeirException(
                ErrorCode.INTERNAL,
                "the model's cache for " + rows + " sequences of " + length + " tokens is too large");
    }

    private ByteBuffer allocate(int bytes) {
        return (direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes)).order(ByteOrder.nativeOrder());
    }

    /** Returns the slot length for {@code length} positions, a power of two: growing is then rare. */
    private static int slotLength(int length) {
        return Math.max(64, Integer.highestOneBit(Math.max(1, length)) * 2);
    }
}
