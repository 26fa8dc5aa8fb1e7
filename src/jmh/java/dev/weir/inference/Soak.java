package dev.weir.inference;

import dev.weir.inference.schedule.SchedulerState;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.sampling.BeamParameters;
import dev.weir.sampling.BeamParameters.EarlyStopping;
import dev.weir.sampling.SamplingParameters;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs thousands of generations with the demonstration models, eight at a time. Every third one is cancelled before its end.
 * Prints the memory of the process after each tenth of the generations. Reads {@code /proc}, so it needs Linux.
 */
public final class Soak {
    private static final int READERS = 8;

    private Soak() {}

    /** Runs the generations. Argument: their number (default 2000). */
    public static void main(String[] arguments) throws Exception {
        int generations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2000;
        ExecutorService pool = Executors.newCachedThreadPool();
        Random random = new Random(1);
        try (TextGenerator plain = open("stories", Precision.FLOAT32, pool);
                TextGenerator int8 = open("stories", Precision.INT8, pool);
                TextGenerator numbers = open("numbers-ko-en", Precision.FLOAT32, pool)) {
            List<TextGenerator> models = List.of(plain, int8, numbers);
            System.out.println("| generations | RSS |");
            System.out.println("|---:|---:|");
            for (int part = 0; part <= 10; part++) {
                System.gc();
                System.out.printf("| %d | %d MB |%n", part * generations / 10, residentMegabytes());
                if (part < 10) {
                    run(generations / 10, models, random, pool);
                }
            }
            for (TextGenerator model : models) {
                if (!model.awaitState(SchedulerState::idle, Duration.ofSeconds(30))) {
                    throw new IllegalStateException("not idle: " + model.state());
                }
            }
        }
        System.gc();
        System.out.printf("models closed: %d MB%n", residentMegabytes());
        pool.shutdownNow();
    }

    private static TextGenerator open(String model, Precision precision, ExecutorService pool) {
        ModelFolder folder = new ModelFolder(Path.of("examples", "models", model));
        return TextGenerator.open(folder, precision, new InferenceSettings(1, 8, 64, 16), pool);
    }

    private static void run(int count, List<TextGenerator> models, Random random, ExecutorService pool)
            throws Exception {
        List<Future<?>> readers = new ArrayList<>();
        for (int reader = 0; reader < READERS; reader++) {
            Random own = new Random(random.nextLong());
            int share = count / READERS + (reader < count % READERS ? 1 : 0);
            readers.add(pool.submit(() -> {
                for (int i = 0; i < share; i++) {
                    generate(models.get(own.nextInt(models.size())), own);
                }
                return null;
            }));
        }
        for (Future<?> reader : readers) {
            reader.get();
        }
    }

    private static void generate(TextGenerator model, Random random) throws InterruptedException {
        String text = model.contextLength() < 200
                ? "이천이십사년 삼월 오일".repeat(1 + random.nextInt(3))
                : "Once upon a time there was a bear. ".repeat(1 + random.nextInt(20));
        GenerationSettings settings = GenerationSettings.of(
                1 + random.nextInt(60), SamplingParameters.defaults().withSeed(random.nextLong()));
        if (random.nextInt(10) == 0) {
            settings = settings.withBeams(new BeamParameters(3, 1, EarlyStopping.AT_ONCE));
        }
        int wanted = random.nextInt(3) == 0 ? random.nextInt(20) : Integer.MAX_VALUE;
        try (ChunkSource source = model.generate(text, settings)) {
            int chunks = 0;
            while (chunks < wanted && BlockingReader.take(source) instanceof Received.Chunk) {
                chunks++;
            }
        }
    }

    private static long residentMegabytes() throws IOException {
        String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
        return Long.parseLong(pages) * 4096 >> 20;
    }
}
