package dev.weir.inference;

import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.Hardware;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.IntraOpThreads;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.onnx.RandomGpt2;
import dev.weir.onnx.RandomGpt2.Form;
import dev.weir.sampling.SamplingParameters;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Measures the tokens per second of a model with GPT-2's shape for 1, 2, 4 and 8 concurrent streams. The model is created
 * here, with 124 million random parameters. The cases are measured alternately, so that other load on the machine affects
 * all. Compare ratios of one run, not absolute numbers.
 */
public final class Throughput {
    private static final int PROMPT = 16;
    private static final int ROUNDS = 3;
    private static final List<Integer> STREAMS = List.of(1, 2, 4, 8);

    private Throughput() {}

    /**
     * Runs the measurement. Arguments: tokens per stream (default 48), threads (one per processor), graph forms (all),
     * spinning threads (false).
     */
    public static void main(String[] arguments) throws Exception {
        int tokens = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 48;
        int threads = arguments.length > 1
                ? Integer.parseInt(arguments[1])
                : Runtime.getRuntime().availableProcessors();
        List<Form> forms = arguments.length > 2
                ? List.of(arguments[2].split(",")).stream().map(Form::valueOf).toList()
                : List.of(Form.values());
        IntraOpThreads all = new IntraOpThreads(threads, arguments.length > 3 && Boolean.parseBoolean(arguments[3]));
        Path folder = Path.of("target", "throughput");
        for (Form form : forms) {
            if (!Files.exists(form.file(folder))) {
                RandomGpt2.small().write(folder, form);
            }
        }
        ExecutorService pool = Executors.newCachedThreadPool();
        Map<Form, TextGenerator> models = new EnumMap<>(Form.class);
        for (Form form : forms) {
            models.put(form, open(folder, form, all, pool));
        }
        Map<Form, BareLoop> bare = new EnumMap<>(Form.class);
        for (Form form : forms) {
            if (!form.grouped()) {
                bare.put(form, new BareLoop(folder.resolve(form.name()).resolve("onnx/model.onnx"), threads));
            }
        }
        Map<Form, double[]> seconds = new EnumMap<>(Form.class);
        Map<Form, Double> bareSeconds = new EnumMap<>(Form.class);
        for (int round = 0; round <= ROUNDS; round++) {
            for (Form form : forms) {
                if (bare.containsKey(form)) {
                    double taken = bare(bare.get(form), round == 0 ? 4 : tokens);
                    if (round > 0) {
                        bareSeconds.merge(form, taken, Double::sum);
                    }
                }
                for (int i = 0; i < STREAMS.size(); i++) {
                    double taken = run(models.get(form), STREAMS.get(i), round == 0 ? 4 : tokens);
                    if (round > 0) {
                        seconds.computeIfAbsent(form, absent -> new double[STREAMS.size()])[i] += taken;
                    }
                }
            }
        }
        print(seconds, tokens, threads);
        bareSeconds.forEach((form, taken) -> System.out.printf(
                Locale.ROOT,
                "%s, the runtime's bare loop, one stream: %.1f tokens/s%n",
                form,
                ROUNDS * tokens / taken));
        for (BareLoop loop : bare.values()) {
            loop.close();
        }
        models.values().forEach(TextGenerator::close);
        pool.shutdownNow();
    }

    /** Opens a form as the model of a separate folder. */
    private static TextGenerator open(Path folder, Form form, IntraOpThreads threads, ExecutorService pool)
            throws Exception {
        Path own = folder.resolve(form.name());
        Files.createDirectories(own.resolve("onnx"));
        for (String file : List.of("config.json", "tokenizer.json")) {
            Files.copy(folder.resolve(file), own.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Path model = own.resolve("onnx/model.onnx");
        Files.copy(form.file(folder), model, StandardCopyOption.REPLACE_EXISTING);
        Path data = form.file(folder).resolveSibling(form.file(folder).getFileName() + "_data");
        Path linked = model.resolveSibling(data.getFileName());
        Files.deleteIfExists(linked);
        Files.createLink(linked, data);
        InferenceSettings settings = new InferenceSettings(Hardware.cpu(threads), 8, 64, 64, true);
        return TextGenerator.open(new ModelFolder(own), Precision.FLOAT32, settings, pool);
    }

    private static double run(TextGenerator model, int streams, int tokens) throws Exception {
        GenerationSettings settings = GenerationSettings.of(tokens, SamplingParameters.greedy());
        List<ChunkSource> sources = new ArrayList<>();
        long begun = System.nanoTime();
        for (int stream = 0; stream < streams; stream++) {
            StringBuilder prompt = new StringBuilder();
            for (int word = 0; word < PROMPT + stream; word++) {
                prompt.append(" w").append(1 + (word * 37 + stream * 911) % 50_000);
            }
            sources.addAll(model.generateWhole(prompt.toString(), settings));
        }
        for (ChunkSource source : sources) {
            BlockingReader.readAll(source, chunk -> true);
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    private static double bare(BareLoop loop, int tokens) throws Exception {
        long[] prompt = new long[PROMPT];
        for (int word = 0; word < PROMPT; word++) {
            prompt[word] = 1 + (word * 37) % 50_000;
        }
        long begun = System.nanoTime();
        loop.generate(prompt, tokens);
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void print(Map<Form, double[]> seconds, int tokens, int threads) {
        System.out.printf(Locale.ROOT, "%d tokens a stream after prompts of %d, %d threads%n", tokens, PROMPT, threads);
        System.out.println("| graph | 1 stream | 2 | 4 | 8 |");
        System.out.println("|---|---:|---:|---:|---:|");
        seconds.forEach((form, taken) -> {
            StringBuilder line = new StringBuilder("| " + form);
            double one = ROUNDS * tokens / taken[0];
            for (int i = 0; i < taken.length; i++) {
                double rate = ROUNDS * tokens * STREAMS.get(i) / taken[i];
                line.append(String.format(Locale.ROOT, " | %.1f tokens/s (%.2f)", rate, rate / one));
            }
            System.out.println(line + " |");
        });
    }
}
