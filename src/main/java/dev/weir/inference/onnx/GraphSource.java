package dev.weir.inference.onnx;

import dev.weir.graph.WrittenGraph;
import java.nio.file.Path;

/** The origin of a graph. */
sealed interface GraphSource {

    /** A file of ONNX, with its weights in the file or in files beside it. */
    record OnnxFile(Path path) implements GraphSource {
        @Override
        public boolean names(String operator) {
            return Graph.names(path, operator);
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** A graph that was written for a checkpoint. */
    record Written(WrittenGraph graph) implements GraphSource {
        @Override
        public boolean names(String operator) {
            return Graph.names(graph.onnx(), operator);
        }

        @Override
        public String toString() {
            return "of " + graph.source();
        }
    }

    /** Returns true if the graph's bytes hold the name {@code operator}. */
    boolean names(String operator);
}
