package dev.weir.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A GPT-2 with random weights in the layout of the Hub, in the form of optimum's export. It serves tests that need the shape
 * of a model, not its quality. Equal seeds give equal weights in every form.
 *
 * @param deviation standard deviation of the weights; 0.02 is GPT-2's at the start of its training
 */
public record RandomGpt2(int layers, int width, int heads, int context, int vocabulary, float deviation, long seed) {

    /** The shape of GPT-2 with 124 million parameters. */
    public static RandomGpt2 small() {
        return new RandomGpt2(12, 768, 12, 1024, 50257, 0.02f, 1);
    }

    /** A form of the graph. */
    public enum Form {
        /** The cache grows by concatenation; float32. */
        FLOAT32("model", false, false),
        /** Weights in int8 by column; activations are quantised at run time, by tensor. */
        INT8("model_quantized", false, true),
        /** The cache is written in place by GroupQueryAttention; float32. */
        GROUPED("model_gqa", true, false),
        /** A cache that is written in place, and int8 weights. */
        GROUPED_INT8("model_gqa_quantized", true, true);

        private final String stem;
        private final boolean grouped;
        private final boolean quantised;

        Form(String stem, boolean grouped, boolean quantised) {
            this.stem = stem;
            this.grouped = grouped;
            this.quantised = quantised;
        }

        /** Whether the cache is written in place. */
        public boolean grouped() {
            return grouped;
        }

        /** Whether activations are quantised at run time. */
        public boolean quantised() {
            return quantised;
        }

        /** The graph's file in the model's folder. */
        public Path file(Path folder) {
            return folder.resolve("onnx").resolve(stem + ".onnx");
        }
    }

    /** Writes configuration, tokenizer and graphs. The tokens are the words {@code w0}, {@code w1} and so on. */
    public void write(Path folder, Form... forms) throws IOException {
        Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"gpt2\", \"n_layer\": " + layers + ", \"n_embd\": " + width + ", \"n_head\": "
                        + heads + ", \"n_positions\": " + context + ", \"vocab_size\": " + vocabulary + "}");
        String words = IntStream.range(0, vocabulary)
                .mapToObj(id -> "\"w" + id + "\": " + id)
                .collect(Collectors.joining(", "));
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"added_tokens\": [], \"pre_tokenizer\": {\"type\": \"WhitespaceSplit\"},"
                        + " \"model\": {\"type\": \"WordLevel\", \"unk_token\": \"w0\", \"vocab\": {" + words + "}}}");
        for (Form form : forms) {
            try (OnnxFile graph = new OnnxFile(form.file(folder))) {
                new Writer(graph, form, new Random(seed)).write();
            }
        }
    }

    private final class Writer {
        private final OnnxFile graph;
        private final Form form;
        private final Random random;
        private final String headShape;
        private final String wholeShape;

        Writer(OnnxFile graph, Form form, Random random) {
            this.graph = graph;
            this.form = form;
            this.random = random;
            this.headShape = graph.constant(OnnxFile.INT64, new int[] {4}, 0, 0, heads, width / heads);
            this.wholeShape = graph.constant(OnnxFile.INT64, new int[] {3}, 0, 0, width);
        }

        void write() {
            graph.input("input_ids", OnnxFile.INT64, "batch_size", "sequence_length");
            graph.input("attention_mask", OnnxFile.INT64, "batch_size", "total_sequence_length");
            graph.input("position_ids", OnnxFile.INT64, "batch_size", "sequence_length");
            String x = graph.node(
                    "Add",
                    graph.node("Gather", floats(vocabulary, width), "input_ids"),
                    graph.node("Gather", floats(context, width), "position_ids"));
            List<String> attention = form.grouped ? lengths() : List.of(bias());
            for (int layer = 0; layer < layers; layer++) {
                x = graph.node("Add", x, attend(normalised(x), layer, attention));
                String inner = graph.node("com.microsoft:FastGelu", linear(normalised(x), width, 4 * width));
                x = graph.node("Add", x, linear(inner, 4 * width, width));
            }
            String logits = product(normalised(x), width, vocabulary);
            graph.node("Identity", List.of(logits), List.of("logits"), Map.of());
            graph.output("logits", OnnxFile.FLOAT, "batch_size", "sequence_length", vocabulary);
        }

        private String attend(String x, int layer, List<String> attention) {
            List<String> qkv = List.of(graph.fresh(), graph.fresh(), graph.fresh());
            graph.node("Split", List.of(linear(x, width, 3 * width)), qkv, Map.of("axis", 2));
            String pastKey = past(layer, "key");
            String pastValue = past(layer, "value");
            String key = "present." + layer + ".key";
            String value = "present." + layer + ".value";
            if (form.grouped) {
                List<String> inputs = new ArrayList<>(qkv);
                inputs.addAll(List.of(pastKey, pastValue));
                inputs.addAll(attention);
                String out = graph.fresh();
                graph.node(
                        "com.microsoft:GroupQueryAttention",
                        inputs,
                        List.of(out, key, value),
                        Map.of("num_heads", heads, "kv_num_heads", heads));
                return linear(out, width, width);
            }
            graph.node("Concat", List.of(pastKey, byHead(qkv.get(1))), List.of(key), Map.of("axis", 2));
            graph.node("Concat", List.of(pastValue, byHead(qkv.get(2))), List.of(value), Map.of("axis", 2));
            String turned = graph.node("Transpose", List.of(key), Map.of("perm", new int[] {0, 1, 3, 2}));
            String scores = graph.node("Mul", graph.node("MatMul", byHead(qkv.get(0)), turned), graph.constant((float)
                    (1 / Math.sqrt((double) width / heads))));
            String weights =
                    graph.node("Softmax", List.of(graph.node("Add", scores, attention.get(0))), Map.of("axis", -1));
            String mixed = graph.node(
                    "Transpose", List.of(graph.node("MatMul", weights, value)), Map.of("perm", new int[] {0, 2, 1, 3}));
            return linear(graph.node("Reshape", mixed, wholeShape), width, width);
        }

        private String byHead(String x) {
            return graph.node(
                    "Transpose", List.of(graph.node("Reshape", x, headShape)), Map.of("perm", new int[] {0, 2, 1, 3}));
        }

        private String past(int layer, String what) {
            String past = "past_key_values." + layer + "." + what;
            graph.input(past, OnnxFile.FLOAT, "batch_size", heads, "past_sequence_length", width / heads);
            graph.output(
                    "present." + layer + "." + what,
                    OnnxFile.FLOAT,
                    "batch_size",
                    heads,
                    "total_sequence_length",
                    width / heads);
            return past;
        }

        /**
         * The mask that is added to the scores, {@code [batch, 1, new, total]}: zero, or so small a number that the softmax
         * is 0.
         */
        private String bias() {
            String zero = graph.constant(OnnxFile.INT64, new int[0], 0);
            String one = graph.constant(OnnxFile.INT64, new int[0], 1);
            String total = length("attention_mask");
            String begin = graph.node("Sub", total, length("input_ids"));
            String keys = graph.node("Range", zero, total, one);
            String queries = graph.node(
                    "Unsqueeze",
                    graph.node("Range", begin, total, one),
                    graph.constant(OnnxFile.INT64, new int[] {1}, 1));
            String before = graph.node("LessOrEqual", keys, queries);
            String read = graph.node(
                    "Unsqueeze",
                    graph.node("Cast", List.of("attention_mask"), Map.of("to", OnnxFile.BOOL)),
                    graph.constant(OnnxFile.INT64, new int[] {2}, 1, 2));
            return graph.node("Where", graph.node("And", before, read), graph.constant(0f), graph.constant(-1e9f));
        }

        /** {@code seqlens_k} and {@code total_sequence_length} of GroupQueryAttention. */
        private List<String> lengths() {
            String read = graph.node(
                    "ReduceSum",
                    List.of("attention_mask", graph.constant(OnnxFile.INT64, new int[] {1}, 1)),
                    Map.of("keepdims", 0));
            String last = graph.node("Sub", read, graph.constant(OnnxFile.INT64, new int[0], 1));
            return List.of(
                    graph.node("Cast", List.of(last), Map.of("to", OnnxFile.INT32)),
                    graph.node("Cast", List.of(length("attention_mask")), Map.of("to", OnnxFile.INT32)));
        }

        private String length(String input) {
            String second = graph.constant(OnnxFile.INT64, new int[0], 1);
            return graph.node("Gather", graph.node("Shape", input), second);
        }

        private String normalised(String x) {
            return graph.node(
                    "LayerNormalization",
                    List.of(x, filled(width, 1), filled(width, 0)),
                    Map.of("axis", -1, "epsilon", 1e-5f));
        }

        private String linear(String x, int from, int to) {
            return graph.node("Add", product(x, from, to), floats(to));
        }

        private String product(String x, int from, int to) {
            if (!form.quantised) {
                return graph.node("MatMul", x, floats(from, to));
            }
            byte[] weights = new byte[from * to];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (byte) Math.max(-64, Math.min(63, Math.round(random.nextGaussian() * 21)));
            }
            List<String> quantised = List.of(graph.fresh(), graph.fresh(), graph.fresh());
            graph.node("DynamicQuantizeLinear", List.of(x), quantised, Map.of());
            String sum = graph.node(
                    "MatMulInteger",
                    quantised.get(0),
                    graph.weights(OnnxFile.INT8, new int[] {from, to}, weights),
                    quantised.get(2),
                    graph.constant(OnnxFile.INT8, new int[0], 0));
            String scale = graph.node("Mul", quantised.get(1), filled(to, deviation / 21));
            return graph.node("Mul", graph.node("Cast", List.of(sum), Map.of("to", OnnxFile.FLOAT)), scale);
        }

        private String floats(int... dimensions) {
            int count = IntStream.of(dimensions).reduce(1, (a, b) -> a * b);
            ByteBuffer raw = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (raw.hasRemaining()) {
                raw.putFloat((float) (random.nextGaussian() * deviation));
            }
            return graph.weights(OnnxFile.FLOAT, dimensions, raw.array());
        }

        private String filled(int count, float value) {
            ByteBuffer raw = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (raw.hasRemaining()) {
                raw.putFloat(value);
            }
            return graph.weights(OnnxFile.FLOAT, new int[] {count}, raw.array());
        }
    }
}
