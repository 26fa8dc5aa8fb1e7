package dev.weir.onnx;

import java.util.Arrays;

/** ONNX files whose tensors name other files. */
public final class Weights {
    private Weights() {}

    private static ProtobufWriter tensor(String location) {
        return new ProtobufWriter()
                .number(1, 1)
                .text(8, "weights")
                .message(13, new ProtobufWriter().text(1, "offset").text(2, "0"))
                .message(13, new ProtobufWriter().text(2, location).text(1, "location"))
                .number(14, 1);
    }

    private static byte[] model(ProtobufWriter graph) {
        return new ProtobufWriter()
                .number(1, 8)
                .text(2, "a test")
                .message(7, graph)
                .toBytes();
    }

    /** Among the initializers of the graph. */
    public static byte[] inInitializers(String... locations) {
        ProtobufWriter graph = new ProtobufWriter().text(2, "graph").bytes(5, new byte[0]);
        Arrays.stream(locations).forEach(location -> graph.message(5, tensor(location)));
        return model(graph);
    }

    /** In the graph that an attribute of a node holds, as a sparse tensor's values. */
    public static byte[] deepInside(String location) {
        ProtobufWriter sparse = new ProtobufWriter().message(1, tensor(location));
        ProtobufWriter inner = new ProtobufWriter().message(15, sparse);
        ProtobufWriter attribute = new ProtobufWriter().text(1, "then_branch").message(6, inner);
        ProtobufWriter node = new ProtobufWriter().text(4, "If").message(5, attribute);
        return model(new ProtobufWriter().message(1, node));
    }

    /** In a constant of a function. */
    public static byte[] inAFunction(String location) {
        ProtobufWriter attribute = new ProtobufWriter().message(5, tensor(location));
        ProtobufWriter node = new ProtobufWriter().message(5, attribute);
        return new ProtobufWriter()
                .message(25, new ProtobufWriter().message(7, node))
                .toBytes();
    }

    /** Behind so many bytes of another tensor. */
    public static byte[] behindOthers(int bytes, String location) {
        ProtobufWriter large = new ProtobufWriter().bytes(9, new byte[bytes]);
        return model(new ProtobufWriter().message(5, large).message(5, tensor(location)));
    }

    /** Graphs that stand in each other. */
    public static byte[] nested(int depth) {
        ProtobufWriter graph = new ProtobufWriter();
        for (int i = 0; i < depth; i++) {
            ProtobufWriter attribute = new ProtobufWriter().message(6, graph);
            graph = new ProtobufWriter().message(1, new ProtobufWriter().message(5, attribute));
        }
        return model(graph);
    }
}
