package dev.weir.graph;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.weights.Checkpoint;
import dev.weir.weights.WeightTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tensors of a checkpoint, each of which a graph must read, or know as one without meaning. Used by one thread. */
final class ReadWeights {
    private static final int MOST_NAMED = 10;

    private final Checkpoint checkpoint;
    private final Map<String, WeightTensor> unread = new TreeMap<>();
    private final Map<String, WeightTensor> read = new LinkedHashMap<>();

    /** Takes {@code prefix} off the tensors' names. */
    ReadWeights(Checkpoint checkpoint, String prefix) {
        this.checkpoint = checkpoint;
        checkpoint.tensors().forEach((name, tensor) -> {
            String plain = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            if (unread.put(plain, tensor) != null) {
                throw fault("has the tensor '" + plain + "' with and without the prefix '" + prefix + "'");
            }
        });
    }

    /**
     * Returns the name of a tensor, which is read by the graph from now on.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the checkpoint has no such tensor of this shape
     */
    String take(String name, long... shape) {
        WeightTensor tensor = unread.remove(name);
        List<Long> wanted = new ArrayList<>();
        for (long size : shape) {
            wanted.add(size);
        }
        if (tensor == null) {
            throw fault("has no tensor '" + name + "' (its config.json asks for one of the shape " + wanted + ")");
        }
        if (!tensor.shape().equals(wanted)) {
            throw fault("has the tensor '" + name + "' of the shape " + tensor.shape() + " (its config.json asks for "
                    + wanted + ")");
        }
        read.put(name, tensor);
        return name;
    }

    /** Returns a tensor that the graph does not have to read. */
    Optional<WeightTensor> optional(String name) {
        return Optional.ofNullable(unread.get(name));
    }

    /** Leaves out tensors that do not change the model's results. */
    void ignore(Pattern names) {
        unread.keySet().removeIf(name -> names.matcher(name).matches());
    }

    /** Returns the tensors that were taken. */
    Map<String, WeightTensor> taken() {
        return read;
    }

    /**
     * Refuses a checkpoint with a tensor that was not taken: the model is not what its configuration says.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} with at most 10 names
     */
    void requireAllRead() {
        if (!unread.isEmpty()) {
            String names = unread.keySet().stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
            throw fault("has " + unread.size() + " tensors that its architecture does not read: " + names);
        }
    }

    private WeirException fault(String problem) {
        return new WeirException(
                ErrorCode.NOT_READY,
                "the checkpoint in " + checkpoint.folder() + " " + problem
                        + ": get config.json and weights from the same revision, or export the model to ONNX");
    }
}
