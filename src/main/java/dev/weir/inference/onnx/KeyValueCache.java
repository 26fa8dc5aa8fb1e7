package dev.weir.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.weir.inference.onnx.RowTensors.Placement;
import dev.weir.inference.schedule.Row;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * The attention keys and values of the tokens that sequences have read, one row for each sequence; for an encoder-decoder also
 * those of the encoder's output. Used by one thread at a time.
 */
final class KeyValueCache implements Row.Place {
    private final List<CacheTensor> ownLayout;
    private final List<CacheTensor> crossLayout;
    private final RowTensors own;
    private final RowTensors cross;

    /**
     * Creates an empty cache.
     *
     * @param inPlace true if the graph writes into the cache that it reads
     * @param direct true for a cache in native memory, which a graph uses; false for one on the heap
     */
    KeyValueCache(List<CacheTensor> layout, boolean inPlace, boolean direct) {
        this.ownLayout = layout.stream().filter(tensor -> !tensor.cross()).toList();
        this.crossLayout = layout.stream().filter(CacheTensor::cross).toList();
        this.own = new RowTensors(ownLayout, inPlace ? Placement.IN_SLOTS : Placement.AT_END, direct);
        this.cross = new RowTensors(crossLayout, Placement.AT_START, direct);
    }

    int rows() {
        return own.rows();
    }

    /** Returns the number of tokens that a row has read. */
    int length(int row) {
        return own.length(row);
    }

    /** Returns the positions of each row, padding included. */
    int stride() {
        return own.stride();
    }

    /** Returns the number of the encoder's positions of a row. */
    int crossLength(int row) {
        return cross.length(row);
    }

    /** Returns the encoder's positions of each row, padding included. */
    int crossStride() {
        return cross.stride();
    }

    /**
     * Resets the cache to one row that has read nothing.
     *
     * @param sourceLength the encoder's positions; 0 without an encoder
     */
    void reset(int sourceLength) {
        own.reset(0);
        cross.reset(sourceLength);
    }

    void clear() {
        own.clear();
        cross.clear();
    }

    /** Adds a copy of a row of another cache as the last row. */
    void append(KeyValueCache from, int row) {
        own.append(from.own, row);
        cross.append(from.cross, row);
    }

    /** Removes a row; the last row moves to its place. */
    void remove(int row) {
        own.remove(row);
        cross.remove(row);
    }

    /**
     * Replaces each target row by a copy of the present source row. All of them are equally long and have the same encoder input.
     */
    void rearrange(int[] targets, int[] sources) {
        own.rearrange(targets, sources);
    }

    /**
     * Adds the tensors that a graph reads to {@code inputs}, and those that it writes to {@code outputs}.
     *
     * @param count the number of tokens that the step reads
     * @param first true if nothing was read yet; then the graph writes the encoder's part too
     * @param takesPasts false for a graph that begins without a cache
     */
    void bind(
            OrtEnvironment environment,
            int count,
            boolean first,
            boolean takesPasts,
            Map<String, OnnxTensor> inputs,
            Map<String, OnnxTensor> outputs)
            throws OrtException {
        own.reserve(count);
        for (int i = 0; i < ownLayout.size(); i++) {
            if (takesPasts) {
                inputs.put(ownLayout.get(i).past(), own.past(environment, i));
            }
            outputs.put(ownLayout.get(i).present(), own.present(environment, i, count));
        }
        for (int i = 0; i < crossLayout.size(); i++) {
            CacheTensor tensor = crossLayout.get(i);
            if (takesPasts) {
                inputs.put(tensor.past(), first ? nothing(environment, tensor) : cross.past(environment, i));
            }
            if (first) {
                outputs.put(tensor.present(), cross.past(environment, i));
            }
        }
    }

    private static OnnxTensor nothing(OrtEnvironment environment, CacheTensor tensor) throws OrtException {
        return OnnxTensor.createTensor(environment, ByteBuffer.allocateDirect(0), tensor.shape(1, 0), tensor.type());
    }

    /** Records that a step has read {@code count} tokens of each row. */
    void grown(int count) {
        own.grown(count);
    }
}
