package dev.weir.onnx;

import dev.weir.graph.ProtobufWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** ONNX files with tensors that name other files. */
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

    /** The locations are in the initializers of the graph. */
    public static byte[] inInitializers(String... locations) {
        ProtobufWriter graph = new ProtobufWriter().text(2, "graph").bytes(5, new byte[0]);
        Arrays.stream(locations).forEach(location -> graph.message(5, tensor(location)));
        return model(graph);
    }

    /** The location is in a subgraph of a node's attribute, as the values of a sparse tensor. */
    public static byte[] deepInside(String location) {
        ProtobufWriter sparse = new ProtobufWriter().message(1, tensor(location));
        ProtobufWriter inner = new ProtobufWriter().message(15, sparse);
        ProtobufWriter attribute = new ProtobufWriter().text(1, "then_branch").message(6, inner);
        ProtobufWriter node = new ProtobufWriter().text(4, "If").message(5, attribute);
        return model(new ProtobufWriter().message(1, node));
    }

    /** The location is in a constant of a function. */
    public static byte[] inAFunction(String location) {
        ProtobufWriter attribute = new ProtobufWriter().message(5, tensor(location));
        ProtobufWriter node = new ProtobufWriter().message(5, attribute);
        return new ProtobufWriter()
                .message(25, new ProtobufWriter().message(7, node))
                .toBytes();
    }

    /**
     * The files of {@link #inInitializers}, {@link #deepInside} and {@link #inAFunction}, each with a bit above the 32nd in one
     * tag or length. There is one file for each tag and each length on the path to the location.
     */
    public static List<byte[]> inTagsOfMoreThan32Bits(String location) {
        List<byte[]> all = new ArrayList<>();
        for (byte[] whole : List.of(inInitializers(location), deepInside(location), inAFunction(location))) {
            for (int depth = 0; changed(whole, depth, false) != null; depth++) {
                all.add(changed(whole, depth, false));
                all.add(changed(whole, depth, true));
            }
        }
        return all;
    }

    /** Rewrites the tag or the length of the last message at a depth; null if the nesting is not that deep. */
    private static byte[] changed(byte[] message, int depth, boolean length) {
        int at = 0;
        byte[] last = null;
        int lastTag = 0;
        int lastAt = 0;
        while (at < message.length) {
            int start = at;
            long[] tag = varint(message, at);
            at = (int) tag[1];
            if ((tag[0] & 7) == 0) {
                at = (int) varint(message, at)[1];
            } else {
                long[] size = varint(message, at);
                at = (int) (size[1] + size[0]);
                byte[] content = Arrays.copyOfRange(message, (int) size[1], at);
                if (content.length > 12) {
                    last = content;
                    lastTag = (int) tag[0];
                    lastAt = start;
                }
            }
        }
        byte[] inner = depth == 0 || last == null ? last : changed(last, depth - 1, length);
        if (inner == null) {
            return null;
        }
        ProtobufWriter out = new ProtobufWriter();
        out.raw(Arrays.copyOf(message, lastAt));
        boolean here = depth == 0;
        out.rawNumber(lastTag | (here && !length ? 1L << 32 : 0));
        out.rawNumber(inner.length | (here && length ? 1L << 32 : 0));
        return out.raw(inner).toBytes();
    }

    private static long[] varint(byte[] bytes, int at) {
        long number = 0;
        int next = at;
        for (int shift = 0; ; shift += 7) {
            number |= (long) (bytes[next] & 0x7f) << shift;
            if (bytes[next++] >= 0) {
                return new long[] {number, next};
            }
        }
    }

    /** The location follows this number of bytes of another tensor. */
    public static byte[] behindOthers(int bytes, String location) {
        ProtobufWriter large = new ProtobufWriter().bytes(9, new byte[bytes]);
        return model(new ProtobufWriter().message(5, large).message(5, tensor(location)));
    }

    /** Nested graphs. */
    public static byte[] nested(int depth) {
        ProtobufWriter graph = new ProtobufWriter();
        for (int i = 0; i < depth; i++) {
            ProtobufWriter attribute = new ProtobufWriter().message(6, graph);
            graph = new ProtobufWriter().message(1, new ProtobufWriter().message(5, attribute));
        }
        return model(graph);
    }
}
