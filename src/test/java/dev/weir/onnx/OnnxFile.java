package dev.weir.onnx;

import dev.weir.graph.OnnxGraph;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A graph that is a file. Large tensors are written at once to a file beside it, {@code NAME.onnx_data}. */
final class OnnxFile extends OnnxGraph implements AutoCloseable {
    private final Path file;
    private final Path dataFile;
    private final OutputStream data;
    private long dataLength;

    OnnxFile(Path file) {
        this.file = file;
        this.dataFile = file.resolveSibling(file.getFileName() + "_data");
        try {
            this.data = new BufferedOutputStream(Files.newOutputStream(dataFile), 1 << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a tensor with its bytes in the file beside the graph. Returns its name. */
    String weights(int type, int[] dimensions, byte[] raw) {
        try {
            data.write(raw);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String name = fresh();
        external(
                name,
                type,
                dimensions,
                Map.of(
                        "location",
                        dataFile.getFileName().toString(),
                        "offset",
                        String.valueOf(dataLength),
                        "length",
                        String.valueOf(raw.length)));
        dataLength += raw.length;
        return name;
    }

    /** Writes the graph. */
    @Override
    public void close() {
        try {
            data.close();
            Files.write(file, toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
