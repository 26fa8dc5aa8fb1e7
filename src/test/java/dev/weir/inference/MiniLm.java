package dev.weir.inference;

import dev.weir.inference.spec.ModelFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** all-MiniLM-L6-v2 from a library on the class path, written in the layout of the Hub. */
final class MiniLm {
    private static final String CONFIG = """
            {"model_type": "bert", "hidden_size": 384, "num_attention_heads": 12, "max_position_embeddings": 512,
             "vocab_size": 30522, "pad_token_id": 0}""";
    private static final List<List<String>> WORDS = List.of(
            List.of("the river runs past an old stone mill where people bring grain in autumn and count boats"
                    .split(" ")),
            List.of("강물은 오래된 물레방아 옆을 지나 흐르고 사람들은 가을에 곡식을 가져오며 배를 센다".split(" ")));

    private MiniLm() {}

    /** Writes the model; {@code quantised} is its int8 form. */
    static ModelFolder write(Path folder, boolean quantised) throws IOException {
        String name = "all-minilm-l6-v2" + (quantised ? "-q" : "");
        Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(folder.resolve("config.json"), CONFIG);
        copy(name + "-tokenizer.json", folder.resolve("tokenizer.json"));
        copy(name + ".onnx", folder.resolve("onnx/model.onnx"));
        return new ModelFolder(folder);
    }

    private static void copy(String resource, Path file) throws IOException {
        try (InputStream in = MiniLm.class.getResourceAsStream("/" + resource)) {
            Files.copy(Objects.requireNonNull(in, resource), file);
        }
    }

    /** Texts of 1 to {@code maxWords} words, alternating English and Korean. */
    static List<String> texts(int count, int maxWords, long seed) {
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> words = WORDS.get(i % WORDS.size());
            List<String> text = new ArrayList<>();
            for (int left = 1 + random.nextInt(maxWords); left > 0; left--) {
                text.add(words.get(random.nextInt(words.size())));
            }
            texts.add(String.join(" ", text));
        }
        return texts;
    }
}
