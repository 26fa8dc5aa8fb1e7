package dev.weir.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The inputs of one step of one sequence, over direct buffers that are made once and reused. Used by one thread.
 *
 * <p>{@code input_ids} and {@code position_ids} are {@code int64 [1, new]}, {@code attention_mask} is {@code int64 [1, past +
 * new]}, all ones.
 */
final class StepInputs implements AutoCloseable {
    private final OrtEnvironment environment;
    private final GraphSignature signature;
    private final LongBuffer ids;
    private final LongBuffer positions;
    private final LongBuffer ones;
    private final List<OnnxTensor> nothingRead = new ArrayList<>();
    private final List<OnnxTensor> opened = new ArrayList<>();
    private final Map<String, OnnxTensor> inputs = new HashMap<>();

    StepInputs(OrtEnvironment environment, GraphSignature signature, ModelConfig config, int maxNewTokens)
            throws OrtException {
        this.environment = environment;
        this.signature = signature;
        this.ids = direct(maxNewTokens);
        this.positions = direct(maxNewTokens);
        this.ones = direct(config.contextLength());
        for (int i = 0; i < ones.capacity(); i++) {
            ones.put(i, 1);
        }
        for (GraphSignature.Past past : signature.pasts()) {
            nothingRead.add(emptyTensor(past, config));
        }
    }

    private static LongBuffer direct(int capacity) {
        return ByteBuffer.allocateDirect(Long.BYTES * capacity)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    /** A past of length 0, with which every sequence begins. */
    private OnnxTensor emptyTensor(GraphSignature.Past past, ModelConfig config) throws OrtException {
        long[] shape = past.info().getShape().clone();
        long[] known = {1, config.keyValueHeads(), 0, config.headSize()};
        for (int axis = 0; axis < shape.length; axis++) {
            if (shape[axis] < 0 || axis == 0) {
                shape[axis] = known[axis];
            }
        }
        return OnnxTensor.createTensor(environment, ByteBuffer.allocateDirect(0), shape, past.info().type);
    }

    /**
     * The inputs that read {@code tokens[from..to)} after what {@code cache} holds; valid until the next call.
     *
     * @return by the names of the graph
     */
    Map<String, OnnxTensor> reading(KeyValueCache cache, int[] tokens, int from, int to) throws OrtException {
        release();
        int count = to - from;
        for (int i = 0; i < count; i++) {
            ids.put(i, tokens[from + i]);
            positions.put(i, cache.length() + i);
        }
        add(GraphSignature.IDS, ids, count);
        if (signature.positionIds()) {
            add(GraphSignature.POSITIONS, positions, count);
        }
        if (signature.attentionMask()) {
            add(GraphSignature.MASK, ones, cache.length() + count);
        }
        for (int i = 0; i < nothingRead.size(); i++) {
            OnnxTensor past = cache.tensor(signature.presents().get(i));
            inputs.put(signature.pasts().get(i).name(), past == null ? nothingRead.get(i) : past);
        }
        return inputs;
    }

    private void add(String name, LongBuffer buffer, int count) throws OrtException {
        OnnxTensor tensor = OnnxTensor.createTensor(environment, buffer.slice(0, count), new long[] {1, count});
        opened.add(tensor);
        inputs.put(name, tensor);
    }

    private void release() {
        opened.forEach(OnnxTensor::close);
        opened.clear();
        inputs.clear();
    }

    @Override
    public void close() {
        release();
        nothingRead.forEach(OnnxTensor::close);
    }
}
