package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model on disk in the Hub's layout: {@code config.json}, {@code tokenizer.json} and ONNX files, these in {@code onnx/}
 * or beside the rest.
 *
 * @param path the folder, which exists and holds a {@code config.json}
 */
public record ModelFolder(Path path) {
    private static final String ONNX = ".onnx";

    /** @throws WeirException {@link ErrorCode#NOT_READY} if there is no such folder, or no {@code config.json} in it */
    public ModelFolder {
        Objects.requireNonNull(path);
        if (!Files.isDirectory(path)) {
            throw new WeirException(ErrorCode.NOT_READY, "there is no model folder " + path);
        }
        if (!Files.isRegularFile(path.resolve("config.json"))) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the model folder " + path + " has no config.json; it must be laid out as on the Hugging Face Hub");
        }
    }

    /** The ONNX file of {@code precision}. */
    Path onnxFile(Precision precision) {
        for (String suffix : precision.fileSuffixes()) {
            for (String place : List.of("onnx/model", "model")) {
                Path file = path.resolve(place + suffix + ONNX);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        throw new WeirException(ErrorCode.NOT_READY, missing(precision));
    }

    private String missing(Precision precision) {
        String wanted = precision.fileSuffixes().stream()
                .map(suffix -> "model" + suffix + ONNX)
                .collect(Collectors.joining(" or "));
        List<String> found = onnxFiles();
        String there = found.isEmpty()
                ? "it holds no ONNX file; export the model with optimum (--task text-generation-with-past)"
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
