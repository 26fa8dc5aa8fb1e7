package dev.weir.inference;

import ai.onnxruntime.OrtException;
import dev.weir.inference.TextEncoder.Pooling;
import dev.weir.inference.TextEncoder.Texts;
import dev.weir.inference.onnx.EncoderGraph;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.stream.Cancellation;
import dev.weir.tokenizer.Tokenizer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Measures the embeddings of all-MiniLM-L6-v2 for 64 English and Korean texts of 1 to 90 words, cut at 256 tokens. It
 * compares batches by length with batches of eight in the given order, padded to the longest. Both are measured alternately,
 * so that other load on the machine affects both.
 */
public final class EncoderThroughput {
    private static final int ROUNDS = 8;
    private static final int TEXTS = 64;
    private static final int MAX_TOKENS = 256;

    private EncoderThroughput() {}

    /** Runs the measurement. Argument: threads (default one per processor). */
    public static void main(String[] arguments) throws Exception {
        int threads = arguments.length > 0
                ? Integer.parseInt(arguments[0])
                : Runtime.getRuntime().availableProcessors();
        List<String> texts = MiniLm.texts(TEXTS, 90, 7);
        ExecutorService pool = Executors.newCachedThreadPool();
        for (boolean quantised : new boolean[] {false, true}) {
            Path folder = Files.createTempDirectory("encoder-throughput");
            ModelFolder model = MiniLm.write(folder, quantised);
            InferenceSettings settings = new InferenceSettings(threads, 8, 8, 8);
            try (TextEncoder encoder = TextEncoder.open(model, Precision.BEST, settings, pool);
                    Tokenizer tokenizer = Tokenizer.open(folder);
                    EncoderGraph graph = EncoderGraph.load(
                            model.encoding(Precision.BEST), settings.hardware(), 0, new Cancellation())) {
                Map<String, Callable<?>> ways = new LinkedHashMap<>();
                ways.put("as they come, by eight", () -> asTheyCome(tokenizer, graph, texts));
                ways.put(
                        "by length",
                        () -> encoder.embed(
                                        new Texts(texts, OptionalInt.of(MAX_TOKENS), TEXTS),
                                        Pooling.MEAN,
                                        true,
                                        new Cancellation())
                                .get());
                measure(quantised ? "int8" : "float32", ways);
            }
        }
        pool.shutdownNow();
    }

    private static int asTheyCome(Tokenizer tokenizer, EncoderGraph graph, List<String> texts) throws OrtException {
        int vectors = 0;
        for (int from = 0; from < TEXTS; from += 8) {
            List<int[]> ids = new ArrayList<>();
            for (String text : texts.subList(from, from + 8)) {
                ids.add(tokenizer.encode(text, true, MAX_TOKENS));
            }
            vectors += Embeddings.of(graph.run(ids, "last_hidden_state", null), ids, Pooling.MEAN, true)
                    .size();
        }
        return vectors;
    }

    private static void measure(String precision, Map<String, Callable<?>> ways) throws Exception {
        double[] seconds = new double[ways.size()];
        double[] cpuSeconds = new double[ways.size()];
        for (int round = 0; round <= ROUNDS; round++) {
            int way = 0;
            for (Callable<?> each : ways.values()) {
                long cpu = cpuNanos();
                long begun = System.nanoTime();
                each.call();
                if (round > 0) {
                    seconds[way] += (System.nanoTime() - begun) / 1e9;
                    cpuSeconds[way] += (cpuNanos() - cpu) / 1e9;
                }
                way++;
            }
        }
        int way = 0;
        for (String name : ways.keySet()) {
            System.out.printf(
                    Locale.ROOT,
                    "%s, %s: %.0f texts/s (%.2f), %.0f texts a CPU second (%.2f)%n",
                    precision,
                    name,
                    TEXTS * ROUNDS / seconds[way],
                    seconds[0] / seconds[way],
                    TEXTS * ROUNDS / cpuSeconds[way],
                    cpuSeconds[0] / cpuSeconds[way]);
            way++;
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
