package dev.weir.inference.onnx;

import dev.weir.graph.WrittenGraph;
import dev.weir.inference.spec.ModelFolder;
import java.util.Optional;

/**
 * The origins of the graphs of a model that generates text; see {@link ModelFolder.Decoding}.
 *
 * @param next empty if {@code first} also continues a sequence
 */
record DecoderSources(Optional<GraphSource> encoder, GraphSource first, Optional<GraphSource> next) {

    static DecoderSources of(ModelFolder.Decoding files) {
        return new DecoderSources(
                files.encoder().map(GraphSource.OnnxFile::new),
                new GraphSource.OnnxFile(files.first()),
                files.next().map(GraphSource.OnnxFile::new));
    }

    static DecoderSources of(WrittenGraph decoder) {
        return new DecoderSources(Optional.empty(), new GraphSource.Written(decoder), Optional.empty());
    }
}
