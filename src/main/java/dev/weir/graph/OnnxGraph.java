package dev.weir.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An ONNX graph that is built node by node. The numbers of external tensors are kept elsewhere. Used by one thread.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">The fields of ONNX</a>
 */
public class OnnxGraph {
    public static final int FLOAT = 1;
    public static final int INT8 = 3;
    public static final int INT32 = 6;
    public static final int INT64 = 7;
    public static final int BOOL = 9;
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private final ProtobufWriter graph = new ProtobufWriter().text(2, "main");
    private int named;

    /** Returns an unused name. */
    public final String fresh() {
        return "t" + named++;
    }

    /** Adds an operator with one output. Returns the name of the output. */
    public final String node(String operator, List<String> inputs, Map<String, Object> attributes) {
        String output = fresh();
        node(operator, inputs, List.of(output), attributes);
        return output;
    }

    /** Adds an operator with one output and no attributes. Returns the name of the output. */
    public final String node(String operator, String... inputs) {
        return node(operator, Arrays.asList(inputs), Map.of());
    }

    /** Adds an operator. An operator of ONNX Runtime has its domain and a colon before the name. */
    public final void node(String operator, List<String> inputs, List<String> outputs, Map<String, Object> attributes) {
        ProtobufWriter node = new ProtobufWriter();
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        int colon = operator.indexOf(':');
        node.text(3, fresh()).text(4, operator.substring(colon + 1));
        attributes.forEach((name, value) -> node.message(5, attribute(name, value)));
        if (colon > 0) {
            node.text(7, operator.substring(0, colon));
        }
        graph.message(1, node);
    }

    private static ProtobufWriter attribute(String name, Object value) {
        ProtobufWriter attribute = new ProtobufWriter().text(1, name);
        if (value instanceof Float real) {
            return attribute.real(2, real).number(20, 1);
        }
        if (value instanceof Integer number) {
            return attribute.number(3, number).number(20, 2);
        }
        if (value instanceof ProtobufWriter inner) {
            return attribute.message(6, inner).number(20, 5);
        }
        for (int number : (int[]) value) {
            attribute.number(8, number);
        }
        return attribute.number(20, 7);
    }

    /** Adds a small tensor of whole numbers. Returns its name. */
    public final String constant(int type, int[] dimensions, long... values) {
        int size = type == INT64 ? Long.BYTES : type == INT32 ? Integer.BYTES : 1;
        ByteBuffer raw = ByteBuffer.allocate(size * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            if (type == INT64) {
                raw.putLong(value);
            } else if (type == INT32) {
                raw.putInt((int) value);
            } else {
                raw.put((byte) value);
            }
        }
        return tensor(type, dimensions, raw.array());
    }

    /** Adds a number. Returns its name. */
    public final String constant(float value) {
        ByteBuffer raw = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return tensor(FLOAT, new int[0], raw.putFloat(value).array());
    }

    /**
     * Declares a tensor with its numbers elsewhere.
     *
     * @param place the entries of ONNX's external data: {@code location}, {@code offset}, {@code length}
     */
    public final void external(String name, int type, int[] dimensions, Map<String, String> place) {
        ProtobufWriter tensor = header(type, dimensions, name);
        place.forEach((key, value) ->
                tensor.message(13, new ProtobufWriter().text(1, key).text(2, value)));
        graph.message(5, tensor.number(14, 1));
    }

    private String tensor(int type, int[] dimensions, byte[] raw) {
        String name = fresh();
        graph.message(5, header(type, dimensions, name).bytes(9, raw));
        return name;
    }

    private static ProtobufWriter header(int type, int[] dimensions, String name) {
        ProtobufWriter tensor = new ProtobufWriter();
        for (int dimension : dimensions) {
            tensor.number(1, dimension);
        }
        return tensor.number(2, type).text(8, name);
    }

    /** Declares an input; dimensions are numbers or names. */
    public final void input(String name, int type, Object... dimensions) {
        graph.message(11, value(name, type, dimensions));
    }

    /** Declares an output; dimensions are numbers or names. */
    public final void output(String name, int type, Object... dimensions) {
        graph.message(12, value(name, type, dimensions));
    }

    /** Returns the declaration of a value; dimensions are numbers or names. */
    public static ProtobufWriter value(String name, int type, Object... dimensions) {
        ProtobufWriter shape = new ProtobufWriter();
        for (Object dimension : dimensions) {
            ProtobufWriter one = new ProtobufWriter();
            shape.message(
                    1, dimension instanceof Integer size ? one.number(1, size) : one.text(2, dimension.toString()));
        }
        ProtobufWriter tensor = new ProtobufWriter().number(1, type).message(2, shape);
        return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
    }

    /** Returns the graph as a file of ONNX. */
    public final byte[] toBytes() {
        return new ProtobufWriter()
                .number(1, IR_VERSION)
                .text(2, "weir")
                .message(7, graph)
                .message(8, new ProtobufWriter().text(1, "").number(2, OPSET))
                .message(8, new ProtobufWriter().text(1, "com.microsoft").number(2, 1))
                .toBytes();
    }
}
