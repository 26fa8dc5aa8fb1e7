package dev.weir.inference;

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
 * Cache tensors that hold the rows of several sequences side by side, {@code [rows, heads, stride, headSize]} each, in
 * buffers that are made seldom and reused. Used by one thread at a time.
 *
 * <p>Rows are the outermost axis, so that a row that joins is one copy of its own data, and one that leaves is a copy of the
 * last row into its place; the others stay where they are. A row shorter than the stride is padded with zeros, which the
 * attention mask hides. Where a graph puts out its cache longer than it took it in, a step reads these buffers and writes
 * their twins, which then change places.
 */
final class RowTensors {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16);
    /** Trailing padding up to so many positions is not worth a copy of everything. */
    private static final int TOLERATED_PADDING = 32;

    /** Where in a row its positions are. */
    enum Placement {
        /** At its end, padding before them: a step adds a position to each row at the same index. */
        AT_END,
        /** At its beginning, padding behind them. */
        AT_START,
        /** At its beginning, in rows that are longer than needed: a step adds a position in place, to each at its own index. */
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

    /** @param direct true for tensors that a graph uses; false keeps rows on the heap, out of its way */
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

    /** One row of {@code length} positions, which a graph is about to write; what was here is gone. */
    void reset(int length) {
        rows = 1;
        lengths[0] = length;
        stride = placement == Placement.IN_SLOTS ? Math.max(stride, slotLength(length)) : length;
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = room(buffers[i], i, 1, stride, false);
        }
    }

    /** Takes out every row. */
    void clear() {
        rows = 0;
        stride = placement == Placement.IN_SLOTS ? stride : 0;
    }

    /** Adds a copy of a row as the last one. */
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

    /** Takes out a row; the last one moves to its place. */
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

    /** Makes each of some rows a copy of what another row is now; all of them are equally long. */
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

    /** Makes rows longer or shorter, which copies all of them. */
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

    /** Makes sure that a step may add {@code count} positions to each row; slots become longer. */
    void reserve(int count) {
        if (placement == Placement.IN_SLOTS && longest() + count > stride) {
            restride(slotLength(longest() + count));
        }
    }

    /** A tensor's rows as a graph reads them. */
    OnnxTensor past(OrtEnvironment environment, int index) throws OrtException {
        return tensor(environment, buffers[index], index, rows, stride);
    }

    /** Where a graph writes a tensor's rows that grow by {@code count} positions; {@link #grown} makes them the rows. */
    OnnxTensor present(OrtEnvironment environment, int index, int count) throws OrtException {
        if (placement == Placement.IN_SLOTS) {
            return tensor(environment, buffers[index], index, rows, stride);
        }
        twins[index] = room(twins[index], index, rows, stride + count, false);
        return tensor(environment, twins[index], index, rows, stride + count);
    }

    /** A step has written {@code count} more positions of each row. */
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

    /** {@code buffer} if it has room for so many rows, otherwise a larger one, with its content if that is wanted. */
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

    /** Slots grow by doubling, so that growing is rare. */
    private static int slotLength(int length) {
        return Math.max(64, Integer.highestOneBit(Math.max(1, length)) * 2);
    }
}
