package dev.weir.onnx;

import dev.weir.graph.ProtobufWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A decoder with a loop of 2^58 iterations or more. The loop begins when it reads the token {@link #LOOPING}, the word {@code
 * w0}. After each other token it predicts the {@code next} token of {@link #write}.
 */
public final class LoopingDecoder {
    /** The token that begins the loop. */
    public static final int LOOPING = 0;

    private static final int WORDS = 8;

    private LoopingDecoder() {}

    /**
     * Writes the decoder as a folder in the layout of the Hub.
     *
     * @param next the token that it predicts after each token
     * @param always true for a loop that begins with any token
     */
    public static void write(Path folder, int next, boolean always) throws IOException {
        write(folder, next, always, 1);
    }

    /**
     * The same decoder, with a cache of {@code headSize} numbers for each head.
     *
     * @param headSize 1 agrees with {@code config.json}
     */
    public static void write(Path folder, int next, boolean always, int headSize) throws IOException {
        Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"vocab_size\": 8, \"num_attention_heads\": 1, \"hidden_size\": 1, \"n_positions\": 64, \"eos_token_id\": 7}");
        String vocabulary = IntStream.range(0, WORDS)
                .mapToObj(id -> "\"w" + id + "\": " + id)
                .collect(Collectors.joining(", "));
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"added_tokens\": [], \"pre_tokenizer\": {\"type\": \"WhitespaceSplit\"},"
                        + " \"model\": {\"type\": \"WordLevel\", \"unk_token\": \"w1\", \"vocab\": {" + vocabulary
                        + "}}}");
        try (OnnxFile graph = new OnnxFile(folder.resolve("onnx/model.onnx"))) {
            write(graph, next, always, headSize);
        }
    }

    private static void write(OnnxFile graph, int next, boolean always, int headSize) {
        graph.input("input_ids", OnnxFile.INT64, "batch", "length");
        for (String part : List.of("key", "value")) {
            graph.input("past_key_values.0." + part, OnnxFile.FLOAT, "batch", 1, "past", headSize == 1 ? 1 : "size");
        }
        String looping = always
                ? graph.node("Size", "input_ids")
                : graph.node(
                        "ReduceMax",
                        List.of(graph.node(
                                "Cast",
                                List.of(graph.node(
                                        "Equal", "input_ids", graph.constant(OnnxFile.INT64, new int[0], LOOPING))),
                                Map.of("to", OnnxFile.INT64))),
                        Map.of("keepdims", 0));
        String trips = graph.node("Mul", graph.constant(OnnxFile.INT64, new int[0], 1L << 58), looping);
        String looped = loop(graph, trips);
        ByteBuffer rows = ByteBuffer.allocate(WORDS * WORDS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < WORDS * WORDS; i++) {
            rows.putFloat(i % WORDS == next ? 10 : 0);
        }
        String table = graph.weights(OnnxFile.FLOAT, new int[] {WORDS, WORDS}, rows.array());
        String foretold = graph.node("Gather", table, "input_ids");
        graph.node("Add", List.of(foretold, looped), List.of("logits"), Map.of());
        String axes = graph.constant(OnnxFile.INT64, new int[] {2}, 1, 3);
        String read =
                graph.node("Unsqueeze", graph.node("Cast", List.of("input_ids"), Map.of("to", OnnxFile.FLOAT)), axes);
        if (headSize > 1) {
            String sizes = graph.constant(OnnxFile.INT64, new int[] {4}, 1, 1, 1, headSize);
            read = graph.node("Expand", read, sizes);
        }
        for (String part : List.of("key", "value")) {
            graph.node(
                    "Concat",
                    List.of("past_key_values.0." + part, read),
                    List.of("present.0." + part),
                    Map.of("axis", 2));
            graph.output("present.0." + part, OnnxFile.FLOAT, "batch", 1, "all", headSize == 1 ? 1 : "size");
        }
        graph.output("logits", OnnxFile.FLOAT, "batch", "length", WORDS);
    }

    /** Adds a loop with an empty body; its result is 0. */
    static String loop(OnnxFile graph, String trips) {
        String looped = graph.fresh();
        String condition = graph.constant(OnnxFile.BOOL, new int[0], 1);
        graph.node("Loop", List.of(trips, condition, graph.constant(0f)), List.of(looped), Map.of("body", body()));
        return looped;
    }

    /** An empty body. */
    private static ProtobufWriter body() {
        return new ProtobufWriter()
                .message(
                        1,
                        new ProtobufWriter().text(1, "going").text(2, "goes_on").text(4, "Identity"))
                .message(
                        1,
                        new ProtobufWriter().text(1, "before").text(2, "after").text(4, "Identity"))
                .text(2, "body")
                .message(11, OnnxFile.value("trip", OnnxFile.INT64))
                .message(11, OnnxFile.value("going", OnnxFile.BOOL))
                .message(11, OnnxFile.value("before", OnnxFile.FLOAT))
                .message(12, OnnxFile.value("goes_on", OnnxFile.BOOL))
                .message(12, OnnxFile.value("after", OnnxFile.FLOAT));
    }
}
