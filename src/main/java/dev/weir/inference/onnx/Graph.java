package dev.weir.inference.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.spec.Hardware;
import dev.weir.inference.spec.IntraOpThreads;
import dev.weir.weights.WeightTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A loaded graph: its session, inputs and outputs. A run is thread-safe; closing the graph during a run is not.
 *
 * <p>Memory patterns are off: each step has another shape, and ONNX Runtime would keep a plan for each.
 */
final class Graph implements AutoCloseable {
    private static final int SCAN_BYTES = 1 << 20;

    private final OrtSession session;
    /** Tensors outside the graph, which the session reads until it is closed. */
    private final List<OnnxTensor> weights;

    private final Map<String, TensorInfo> inputs;
    private final Map<String, TensorInfo> outputs;

    private Graph(OrtSession session, List<OnnxTensor> weights) throws OrtException {
        this.session = session;
        this.weights = List.copyOf(weights);
        this.inputs = tensors(session.getInputInfo());
        this.outputs = tensors(session.getOutputInfo());
    }

    /**
     * Loads a graph and its external data. Blocks.
     *
     * @param hardware computes the runs
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be loaded, with the reason
     */
    static Graph load(GraphSource source, Hardware hardware) {
        List<OnnxTensor> weights = new ArrayList<>();
        try {
            return load(source, hardware, weights);
        } catch (OrtException e) {
            weights.forEach(OnnxTensor::close);
            throw new WeirException(
                    ErrorCode.NOT_READY, "the model " + source + " cannot be loaded: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            weights.forEach(OnnxTensor::close);
            throw e;
        }
    }

    private static Graph load(GraphSource source, Hardware hardware, List<OnnxTensor> weights) throws OrtException {
        IntraOpThreads threads = hardware.threads();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            if (hardware.cudaDevice().isPresent()) {
                addCuda(options, hardware.cudaDevice().getAsInt());
            }
            options.setIntraOpNumThreads(threads.count());
            options.setMemoryPatternOptimization(false);
            options.addConfigEntry("session.intra_op.allow_spinning", threads.spinning() ? "1" : "0");
            options.addConfigEntry("session.force_spinning_stop", "1");
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            if (source instanceof GraphSource.OnnxFile file) {
                return new Graph(environment.createSession(file.toString(), options), weights);
            }
            if (source instanceof GraphSource.Written written) {
                Map<String, OnnxTensorLike> named = new LinkedHashMap<>();
                for (Map.Entry<String, WeightTensor> weight :
                        written.graph().weights().entrySet()) {
                    OnnxTensor tensor = tensor(environment, weight.getValue());
                    weights.add(tensor);
                    named.put(weight.getKey(), tensor);
                }
                options.addExternalInitializers(named);
                return new Graph(environment.createSession(written.graph().onnx(), options), weights);
            }
            throw new IllegalStateException("a graph of " + source);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, WeightTensor weight) throws OrtException {
        long[] shape = weight.shape().stream().mapToLong(Long::longValue).toArray();
        return OnnxTensor.createTensor(environment, weight.float32(), shape, OnnxJavaType.FLOAT);
    }

    private static void addCuda(OrtSession.SessionOptions options, int device) throws OrtException {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "device cuda:" + device + " cannot be used, since the WAR's ONNX Runtime is the one for processors:"
                            + " start the server with -Donnxruntime.native.path=<folder>, where the libraries of"
                            + " onnxruntime_gpu "
                            + OrtEnvironment.getEnvironment().getVersion() + " are, or write device: cpu");
        }
        options.addCUDA(device);
    }

    /**
     * Returns true if the bytes of a graph hold the name {@code operator}. The graph then most likely has an operator of that name.
     */
    static boolean names(byte[] graph, String operator) {
        return holds(graph, graph.length, operator.getBytes(StandardCharsets.US_ASCII));
    }

    /** As {@link #names(byte[], String)}, for a file. */
    static boolean names(Path file, String operator) {
        byte[] wanted = operator.getBytes(StandardCharsets.US_ASCII);
        byte[] window = new byte[SCAN_BYTES + wanted.length];
        int kept = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.readNBytes(window, kept, SCAN_BYTES);
                    read > 0;
                    read = in.readNBytes(window, kept, SCAN_BYTES)) {
                int end = kept + read;
                if (holds(window, end, wanted)) {
                    return true;
                }
                kept = Math.min(wanted.length - 1, end);
                System.arraycopy(window, end - kept, window, 0, kept);
            }
            return false;
        } catch (IOException e) {
            throw new WeirException(ErrorCode.NOT_READY, "the model " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean holds(byte[] bytes, int end, byte[] wanted) {
        for (int start = 0; start + wanted.length <= end; start++) {
            int same = 0;
            while (same < wanted.length && bytes[start + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return true;
            }
        }
        return false;
    }

    /** Returns the inputs in the graph's order. */
    Map<String, TensorInfo> inputs() {
        return inputs;
    }

    /** Returns the outputs in the graph's order. */
    Map<String, TensorInfo> outputs() {
        return outputs;
    }

    boolean takes(String input) {
        return inputs.containsKey(input);
    }

    /**
     * Runs the graph. Blocks.
     *
     * @param requested outputs for which ONNX Runtime allocates memory
     * @param pinned outputs with memory of the caller
     * @param options let another thread end the run
     * @return the requested outputs; the caller closes it
     */
    OrtSession.Result run(
            Map<String, OnnxTensor> inputs,
            Set<String> requested,
            Map<String, OnnxTensor> pinned,
            OrtSession.RunOptions options)
            throws OrtException {
        return session.run(inputs, requested, pinned, options);
    }

    private static Map<String, TensorInfo> tensors(Map<String, NodeInfo> nodes) {
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        nodes.forEach((name, node) -> {
            if (node.getInfo() instanceof TensorInfo info) {
                tensors.put(name, info);
            }
        });
        return tensors;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new WeirException(ErrorCode.INTERNAL, "the model could not be closed: " + e.getMessage(), e);
        } finally {
            weights.forEach(OnnxTensor::close);
        }
    }
}
