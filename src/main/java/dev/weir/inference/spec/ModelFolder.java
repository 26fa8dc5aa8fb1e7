package dev.weir.inference.spec;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.files.ConfinedFolder;
import dev.weir.files.ExternalData;
import dev.weir.weights.Checkpoint;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model on disk in the Hub's layout: {@code config.json}, {@code tokenizer.json} and ONNX files, which are in {@code onnx/} or
 * beside the other files.
 *
 * @param path the folder, which exists and holds a {@code config.json}
 */
public record ModelFolder(Path path) {
    private static final String ONNX = ".onnx";

    /**
     * Checks the folder. All methods throw {@link ErrorCode#NOT_READY} for a file that is too large or leads out of the folder.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if there is no such folder, or no {@code config.json} in it
     */
    public ModelFolder {
        Objects.requireNonNull(path);
        if (!Files.isDirectory(path)) {
            throw new WeirException(ErrorCode.NOT_READY, "there is no model folder " + path);
        }
        if (settings(path, "config.json").isEmpty()) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the model folder " + path + " has no config.json: lay it out as on the Hugging Face Hub");
        }
    }

    private static Optional<Path> settings(Path folder, String name) {
        return new ConfinedFolder(folder).file(name, ConfinedFolder.MAX_SETTINGS);
    }

    /** Returns a file of settings; empty if there is none. */
    Optional<Path> settings(String name) {
        return settings(path, name);
    }

    /**
     * The graphs of a model that generates text.
     *
     * @param encoder reads the input of an encoder-decoder
     * @param first begins a sequence; also continues it if {@code next} is empty
     * @param next continues a sequence
     */
    public record Decoding(Optional<Path> encoder, Path first, Optional<Path> next) {}

    /**
     * Returns the graphs of {@code precision} that generate text.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the folder has no such graphs
     */
    public Decoding decoding(Precision precision, boolean encoderDecoder) {
        for (String suffix : precision.fileSuffixes()) {
            Optional<Path> encoder = file("encoder_model", suffix);
            if (encoder.isPresent() || !encoderDecoder) {
                Optional<Decoding> decoding = decoding(encoderDecoder ? encoder : Optional.empty(), suffix);
                if (decoding.isPresent()) {
                    return decoding.get();
                }
            }
        }
        throw new WeirException(
                ErrorCode.NOT_READY,
                missing(
                        precision,
                        encoderDecoder ? List.of("encoder_model", "decoder_model_merged") : List.of("model"),
                        encoderDecoder ? "text2text-generation-with-past" : "text-generation-with-past"));
    }

    private Optional<Decoding> decoding(Optional<Path> encoder, String suffix) {
        Optional<Path> whole = encoder.isPresent() ? Optional.empty() : file("model", suffix);
        Optional<Path> one = whole.isPresent() ? whole : file("decoder_model_merged", suffix);
        if (one.isPresent()) {
            return one.map(file -> new Decoding(encoder, file, Optional.empty()));
        }
        Optional<Path> next = file("decoder_with_past_model", suffix);
        return next.isEmpty()
                ? Optional.empty()
                : file("decoder_model", suffix).map(file -> new Decoding(encoder, file, next));
    }

    /**
     * Returns the graph of {@code precision} that reads texts, such as for embeddings.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the folder has no such graph
     */
    public Path encoding(Precision precision) {
        for (String suffix : precision.fileSuffixes()) {
            Optional<Path> file = file("model", suffix);
            if (file.isPresent()) {
                return file.get();
            }
        }
        throw new WeirException(
                ErrorCode.NOT_READY, missing(precision, List.of("model"), "feature-extraction or text-classification"));
    }

    /**
     * Returns the graph that {@link Precision#BEST} gives instead of one of {@code precision}, relative to the folder; empty if
     * the folder has a graph of that precision, or none at all.
     */
    public Optional<String> substitute(Precision precision) {
        return graph(precision).isPresent() ? Optional.empty() : graph(Precision.BEST);
    }

    /**
     * Returns the weights from which the graph is written that generates text; empty if the folder has a graph, or no weights.
     * Blocks.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if the weights are not valid, or if {@code precision} is not theirs
     */
    public Optional<Checkpoint> checkpoint(Precision precision) {
        if (graph(Precision.BEST).isPresent()) {
            return Optional.empty();
        }
        Optional<Checkpoint> checkpoint = Checkpoint.open(new ConfinedFolder(path));
        if (checkpoint.isPresent() && precision != Precision.BEST && precision != Precision.FLOAT32) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "precision of a checkpoint must be auto or float32, was " + precision + " (the model folder " + path
                            + " has safetensors and no ONNX file): leave it out, or export the model to ONNX");
        }
        return checkpoint;
    }

    /**
     * Returns the content of {@code config.json}.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} if it cannot be read
     */
    public JsonObject config() {
        return ConfigObject.read(this, "config.json").json();
    }

    /** The name of the graph that reads or continues texts in a precision. */
    private Optional<String> graph(Precision precision) {
        return precision.fileSuffixes().stream()
                .flatMap(suffix -> Stream.of("model", "decoder_model_merged", "decoder_model")
                        .map(stem -> named(stem, suffix))
                        .flatMap(Optional::stream))
                .findFirst()
                .map(file -> path.relativize(file).toString());
    }

    private Optional<Path> file(String stem, String suffix) {
        Optional<Path> file = named(stem, suffix);
        file.ifPresent(graph -> ExternalData.check(new ConfinedFolder(path), graph));
        return file;
    }

    private Optional<Path> named(String stem, String suffix) {
        ConfinedFolder folder = new ConfinedFolder(path);
        return Stream.of("onnx/", "")
                .map(place -> folder.file(place + stem + suffix + ONNX, ConfinedFolder.MAX_GRAPH))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private String missing(Precision precision, List<String> stems, String task) {
        String wanted = precision.fileSuffixes().stream()
                .map(suffix -> stems.stream().map(stem -> stem + suffix + ONNX).collect(Collectors.joining(" with ")))
                .collect(Collectors.joining(" or "));
        List<String> found = onnxFiles();
        String there = found.isEmpty()
                ? "it holds no ONNX file; export the model with optimum (--task " + task + ")"
                : "it holds " + String.join(", ", found);
        return "the model folder " + path + " has no " + wanted + "; " + there;
    }

    private List<String> onnxFiles() {
        try (Stream<Path> files = Files.walk(path, 2)) {
            return files.filter(file -> file.toString().endsWith(ONNX))
                    .map(file -> path.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new WeirException(ErrorCode.NOT_READY, "the model folder " + path + " cannot be read", e);
        }
    }
}
