package dev.weir.files;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model's folder that confines the reading of its files: links that lead out of it are refused. In the Hub's cache, where the
 * files of a snapshot are links, the folder of the repository is the boundary. Immutable and thread-safe.
 *
 * @param path the folder
 */
public record ConfinedFolder(Path path) {
    /** The most bytes of a settings file such as {@code config.json} and {@code tokenizer_config.json}. */
    public static final long MAX_SETTINGS = 8L << 20;

    /** The most bytes of a chat template. */
    public static final long MAX_TEMPLATE = 1L << 20;

    /** The most bytes of {@code tokenizer.json}. */
    public static final long MAX_TOKENIZER = 64L << 20;

    /** The most bytes of a graph: the limit of protocol buffers. Further weights are in files beside it. */
    public static final long MAX_GRAPH = Integer.MAX_VALUE;

    private static final String SNAPSHOTS = "snapshots";
    private static final String REPOSITORY = "models--";

    /**
     * Returns a file of the folder; empty if there is none.
     *
     * @param name relative to the folder
     * @throws WeirException {@link ErrorCode#NOT_READY} if the file leads out of the folder, is larger than {@code maxBytes}, or
     *     cannot be read
     */
    public Optional<Path> file(String name, long maxBytes) {
        Path file = path.resolve(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Path real = file.toRealPath();
            Path root = root();
            if (!real.startsWith(root)) {
                throw refused("the model's file " + file + " is a link that leads out of " + root + ", to " + real
                        + "; put the file itself there, or name the folder that has it");
            }
            long size = Files.size(real);
            if (size > maxBytes) {
                throw refused("the model's file " + file + " is too large (at most " + maxBytes + " bytes, has " + size
                        + "): take another model");
            }
            return Optional.of(file);
        } catch (IOException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY, "the model's file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Path root() throws IOException {
        Path real = path.toRealPath();
        Path snapshots = real.getParent();
        Path repository = snapshots == null ? null : snapshots.getParent();
        if (snapshots == null || repository == null || repository.getFileName() == null) {
            return real;
        }
        boolean ofHub = snapshots.endsWith(SNAPSHOTS)
                && repository.getFileName().toString().startsWith(REPOSITORY);
        return ofHub ? repository : real;
    }

    private static WeirException refused(String why) {
        return new WeirException(ErrorCode.NOT_READY, why);
    }
}
