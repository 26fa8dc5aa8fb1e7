package dev.weir.onnx;

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
 * The simplest model that reads texts: a row of numbers for each word, which is its state. The logits of a text are the sum
 * of the rows of its words. The results can be calculated by hand.
 *
 * @param words the words of the tokenizer; the first represents all unknown words
 * @param rows one row for each word
 */
public record TokenTable(List<String> words, List<List<Float>> rows) {

    /** The operation that turns rows into states. */
    private enum States {
        EXACT,
        QUANTISED,
        LOOPING
    }

    /** Writes the model as a folder in the layout of the Hub; {@code config} is JSON, and may name the labels. */
    public void write(Path folder, String config) throws IOException {
        write(folder, config, States.EXACT);
    }

    /** The same model with states that are rounded to eight bits, by the range of all states of a batch. */
    public void writeQuantised(Path folder, String config) throws IOException {
        write(folder, config, States.QUANTISED);
    }

    /** The same model with a loop of 2^50 iterations for each token before the states, which each run begins. */
    public void writeLooping(Path folder, String config) throws IOException {
        write(folder, config, States.LOOPING);
    }

    private void write(Path folder, String config, States states) throws IOException {
        Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(folder.resolve("config.json"), config);
        String vocabulary = IntStream.range(0, words.size())
                .mapToObj(id -> "\"" + words.get(id) + "\": " + id)
                .collect(Collectors.joining(", "));
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"added_tokens\": [], \"pre_tokenizer\": {\"type\": \"WhitespaceSplit\"},"
                        + " \"model\": {\"type\": \"WordLevel\", \"unk_token\": \"" + words.get(0) + "\", \"vocab\": {"
                        + vocabulary + "}}}");
        try (OnnxFile graph = new OnnxFile(folder.resolve("onnx/model.onnx"))) {
            write(graph, states);
        }
    }

    private void write(OnnxFile graph, States states) {
        int size = rows.get(0).size();
        for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
            graph.input(input, OnnxFile.INT64, "batch_size", "sequence_length");
        }
        ByteBuffer raw = ByteBuffer.allocate(words.size() * size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        rows.forEach(row -> row.forEach(raw::putFloat));
        String table = graph.weights(OnnxFile.FLOAT, new int[] {words.size(), size}, raw.array());
        String gathered = graph.node("Gather", table, "input_ids");
        switch (states) {
            case EXACT -> graph.node("Identity", List.of(gathered), List.of("last_hidden_state"), Map.of());
            case QUANTISED -> {
                graph.node("DynamicQuantizeLinear", List.of(gathered), List.of("bytes", "scale", "zero"), Map.of());
                graph.node(
                        "DequantizeLinear", List.of("bytes", "scale", "zero"), List.of("last_hidden_state"), Map.of());
            }
            case LOOPING -> {
                String trips = graph.node(
                        "Mul", graph.constant(OnnxFile.INT64, new int[0], 1L << 50), graph.node("Size", "input_ids"));
                graph.node(
                        "Add",
                        List.of(gathered, LoopingDecoder.loop(graph, trips)),
                        List.of("last_hidden_state"),
                        Map.of());
            }
        }
        String last = graph.constant(OnnxFile.INT64, new int[] {1}, -1);
        String read = graph.node(
                "Unsqueeze", graph.node("Cast", List.of("attention_mask"), Map.of("to", OnnxFile.FLOAT)), last);
        String masked = graph.node("Mul", "last_hidden_state", read);
        String second = graph.constant(OnnxFile.INT64, new int[] {1}, 1);
        graph.node("ReduceSum", List.of(masked, second), List.of("logits"), Map.of("keepdims", 0));
        graph.output("last_hidden_state", OnnxFile.FLOAT, "batch_size", "sequence_length", size);
        graph.output("logits", OnnxFile.FLOAT, "batch_size", size);
    }
}
