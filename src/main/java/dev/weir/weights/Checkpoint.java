package dev.weir.weights;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import dev.weir.files.PythonJson;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The weights of a model folder: {@code model.safetensors}, or the shards that {@code model.safetensors.index.json} names.
 *
 * @param tensors by name
 */
public record Checkpoint(Path folder, Map<String, WeightTensor> tensors) {
    private static final String FILE = "model.safetensors";
    private static final String INDEX = FILE + ".index.json";

    public Checkpoint {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * Reads the headers of a folder's checkpoint; empty if the folder has none. Blocks.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} with the file and the tensor, if a file is not valid, is missing or leads
     *     out of the folder
     */
    public static Optional<Checkpoint> open(ConfinedFolder folder) {
        Optional<Path> index = folder.file(INDEX, ConfinedFolder.MAX_SETTINGS);
        if (index.isPresent()) {
            return Optional.of(new Checkpoint(folder.path(), shards(folder, index.get())));
        }
        return folder.file(FILE, Long.MAX_VALUE)
                .map(file -> new Checkpoint(folder.path(), byName(SafetensorsHeader.read(file))));
    }

    private static Map<String, WeightTensor> shards(ConfinedFolder folder, Path index) {
        if (!(PythonJson.read(index).get("weight_map") instanceof JsonObject places)) {
            throw fault(index, "has no object weight_map");
        }
        Map<String, Map<String, WeightTensor>> files = new HashMap<>();
        Map<String, WeightTensor> tensors = new TreeMap<>();
        places.forEach((name, place) -> {
            String shard = place instanceof JsonString text ? text.getString() : "";
            WeightTensor tensor = files.computeIfAbsent(shard, file -> shard(folder, index, file))
                    .get(name);
            if (tensor == null) {
                throw fault(index, "names the tensor '" + name + "' in " + shard + ", which does not have it");
            }
            tensors.put(name, tensor);
        });
        files.forEach((shard, held) -> held.keySet().stream()
                .filter(name -> !tensors.containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw fault(index, "does not name the tensor '" + name + "' of " + shard);
                }));
        return tensors;
    }

    private static Map<String, WeightTensor> shard(ConfinedFolder folder, Path index, String shard) {
        Path file = !shard.endsWith(".safetensors") || shard.contains("/") || shard.contains("\\")
                ? null
                : folder.file(shard, Long.MAX_VALUE).orElse(null);
        if (file == null) {
            throw fault(index, "names the shard '" + shard + "', which is not a safetensors file in its folder");
        }
        return byName(SafetensorsHeader.read(file));
    }

    private static Map<String, WeightTensor> byName(List<WeightTensor> tensors) {
        Map<String, WeightTensor> named = new LinkedHashMap<>();
        tensors.forEach(tensor -> named.put(tensor.name(), tensor));
        return named;
    }

    private static WeirException fault(Path index, String problem) {
        return new WeirException(
                ErrorCode.NOT_READY,
                "the model's file " + index + " " + problem + ": get the model with all its files");
    }
}
