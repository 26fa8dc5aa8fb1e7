package dev.weir.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.GoldenModel;
import dev.weir.WeirException;
import dev.weir.inference.Pool;
import dev.weir.inference.Read;
import dev.weir.inference.TextGenerator;
import dev.weir.inference.schedule.BatchPolicy;
import dev.weir.inference.schedule.Prompt;
import dev.weir.inference.schedule.Row;
import dev.weir.inference.schedule.SchedulerState;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.inference.spec.Hardware;
import dev.weir.inference.spec.InferenceSettings;
import dev.weir.inference.spec.IntraOpThreads;
import dev.weir.inference.spec.ModelFileConfig;
import dev.weir.inference.spec.ModelFolder;
import dev.weir.inference.spec.Precision;
import dev.weir.onnx.RandomGpt2;
import dev.weir.onnx.RandomGpt2.Form;
import dev.weir.sampling.BeamParameters;
import dev.weir.sampling.BeamParameters.EarlyStopping;
import dev.weir.sampling.SamplingParameters;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A sequence gives the same output in every batch as alone. */
@Tag("slow")
class BatchingTest {
    @RegisterExtension
    static final Pool POOL = new Pool();

    private static final SamplingParameters GREEDY = SamplingParameters.greedy();
    private static final InferenceSettings ONE_THREAD = new InferenceSettings(1, 8, 8, 64);
    private static final RandomGpt2 TINY = new RandomGpt2(2, 32, 4, 256, 300, 0.4f, 7);

    @TempDir
    static Path folder;

    @ParameterizedTest
    @CsvSource({"STORIES, FLOAT32, 64", "STORIES, INT8, 16", "NUMBERS, FLOAT32, 64", "HEADLINE, INT8, 16"})
    void joinsLeavesAndCancellationsAtRandomChangeNoText(GoldenModel model, Precision precision, int requests)
            throws Exception {
        Random random = new Random(11);
        InferenceSettings settings = new InferenceSettings(1, 6, requests, 4);
        try (TextGenerator generator = TextGenerator.open(new ModelFolder(model.folder()), precision, settings, POOL)) {
            List<String> inputs = model.golden("generation")
                    .map(golden -> golden.getString(golden.containsKey("prompt") ? "prompt" : "text"))
                    .toList();
            List<Request> all = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                String input = inputs.get(random.nextInt(inputs.size()));
                GenerationSettings asked =
                        GenerationSettings.of(1 + random.nextInt(60), random.nextInt(4) > 0 ? GREEDY : seeded(i));
                all.add(new Request(input, asked, Read.text(generator.generate(input, asked))));
            }
            List<CompletableFuture<Void>> readers = new ArrayList<>();
            for (Request request : all) {
                int length = request.alone().length();
                int wanted = random.nextInt(3) == 0 ? random.nextInt(length + 1) : Integer.MAX_VALUE;
                ChunkSource source = generator.generate(request.input(), request.settings());
                readers.add(CompletableFuture.runAsync(() -> readAndCompare(source, request.alone(), wanted), POOL));
            }
            for (CompletableFuture<Void> reader : readers) {
                reader.get(60, TimeUnit.SECONDS);
            }
            assertThat(generator.awaitState(SchedulerState::idle, Read.LIMIT)).isTrue();
        }
    }

    private record Request(String input, GenerationSettings settings, String alone) {}

    private static SamplingParameters seeded(long seed) {
        return SamplingParameters.defaults().withSeed(seed).withRepetitionPenalty(1.1);
    }

    /** Reads {@code wanted} characters, then cancels; the text must agree with the text of the sequence alone. */
    private static void readAndCompare(ChunkSource source, String alone, int wanted) {
        StringBuilder text = new StringBuilder();
        try (source) {
            Received received = Read.next(source);
            while (received instanceof Received.Chunk chunk && text.length() < wanted) {
                text.append(chunk.value());
                received = Read.next(source);
            }
            if (text.length() < wanted) {
                assertThat(received).isInstanceOf(Received.Completed.class);
                assertThat(text).hasToString(alone);
            } else {
                assertThat(alone).startsWith(text);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFormOfAGraphIsBatchedAsFarAsItMayBe(Form form) throws Exception {
        try (OnnxDecoder decoder = tiny(form)) {
            assertThat(decoder.policy()).isEqualTo(form.quantised() ? BatchPolicy.SINGLE : BatchPolicy.ANY);
        }
    }

    @Test
    void quantisedActivationsAreBatchedWhereThatIsAllowed() {
        InferenceSettings approximate = new InferenceSettings(Hardware.cpu(IntraOpThreads.of(1)), 8, 8, 64, false);
        ModelFolder stories = new ModelFolder(GoldenModel.STORIES.folder());
        ModelFileConfig config = ModelFileConfig.read(stories);
        Path legacy = GoldenModel.STORIES.folder().resolve("legacy/onnx/decoder_model_merged_quantized.onnx");
        try (OnnxDecoder decoder = OnnxDecoder.load(stories.decoding(Precision.INT8, false), config, approximate);
                OnnxDecoder unpadded = OnnxDecoder.load(
                        new ModelFolder.Decoding(Optional.empty(), legacy, Optional.empty()), config, approximate)) {
            assertThat(decoder.policy()).isEqualTo(BatchPolicy.ANY);
            assertThat(unpadded.policy()).isEqualTo(BatchPolicy.EQUAL_LENGTHS);
        }
    }

    @Test
    void encoderDecodersAreBatchedWhileTheyAreEquallyLong() {
        for (GoldenModel model : List.of(GoldenModel.NUMBERS, GoldenModel.HEADLINE)) {
            ModelFolder files = new ModelFolder(model.folder());
            try (OnnxDecoder decoder = OnnxDecoder.load(
                    files.decoding(Precision.FLOAT32, true), ModelFileConfig.read(files), ONE_THREAD)) {
                assertThat(decoder.policy()).isEqualTo(BatchPolicy.EQUAL_LENGTHS);
            }
        }
    }

    /** The same weights with a cache that is written in place: rows join, leave, pause and grow beyond each slot's end. */
    @Test
    void cachesInSlotsGiveWhatGrowingCachesGive() throws Exception {
        try (OnnxDecoder plain = tiny(Form.FLOAT32);
                OnnxDecoder slots = tiny(Form.GROUPED)) {
            assertThat(script(slots)).isEqualTo(script(plain));
        }
    }

    /** The output of rows that join and leave at random. */
    private static List<List<Integer>> script(OnnxDecoder decoder) {
        Random random = new Random(5);
        List<Row> rows = new ArrayList<>();
        List<List<Integer>> said = new ArrayList<>();
        List<List<Integer>> open = new ArrayList<>();
        float[] logits = new float[decoder.vocabularySize()];
        for (int round = 0; round < 120; round++) {
            if (rows.size() < 5 && random.nextInt(4) == 0) {
                int[] prompt = random.ints(1 + random.nextInt(round == 60 ? 150 : 40), 1, 300)
                        .toArray();
                Row row = new Row(Prompt.of(prompt));
                while (!decoder.prefill(row, logits)) {
                    assertThat(row.read).isPositive();
                }
                rows.add(row);
                open.add(new ArrayList<>(List.of(highest(logits))));
            }
            if (rows.size() > 1 && random.nextInt(8) == 0) {
                int leaving = random.nextInt(rows.size());
                decoder.release(rows.remove(leaving));
                said.add(open.remove(leaving));
            }
            int awake = random.nextInt(6) == 0 ? rows.size() / 2 : rows.size();
            decoder.step(
                    rows.subList(0, awake),
                    open.stream()
                            .limit(awake)
                            .mapToInt(text -> text.get(text.size() - 1))
                            .toArray());
            for (int i = 0; i < awake; i++) {
                decoder.logits(i, logits);
                open.get(i).add(highest(logits));
            }
        }
        rows.forEach(decoder::release);
        said.addAll(open);
        return said;
    }

    private static int highest(float[] logits) {
        int best = 0;
        for (int token = 1; token < logits.length; token++) {
            best = logits[token] > logits[best] ? token : best;
        }
        return best;
    }

    /** As if readers paused and resumed in alternation. */
    @ParameterizedTest
    @EnumSource
    void rowsThatTakeTurnsSayWhatTheySayTogether(Form form) throws Exception {
        try (OnnxDecoder decoder = tiny(form)) {
            List<List<Integer>> together = said(decoder, List.of(List.of(0, 1, 2), List.of(0, 1, 2), List.of(0, 1, 2)));
            List<List<Integer>> byTurns = said(
                    decoder, List.of(List.of(0, 1), List.of(2), List.of(0), List.of(1, 2), List.of(1), List.of(2, 0)));

            assertThat(byTurns).isEqualTo(together);
        }
    }

    /** The output of three rows; {@code steps} names the rows of each step. */
    private static List<List<Integer>> said(OnnxDecoder decoder, List<List<Integer>> steps) {
        float[] logits = new float[decoder.vocabularySize()];
        List<Row> rows = new ArrayList<>();
        List<List<Integer>> said = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            rows.add(new Row(Prompt.of(new Random(i).ints(3 + 2 * i, 1, 300).toArray())));
            decoder.prefill(rows.get(i), logits);
            said.add(new ArrayList<>(List.of(highest(logits))));
        }
        for (List<Integer> step : steps) {
            decoder.step(
                    step.stream().map(rows::get).toList(),
                    step.stream()
                            .mapToInt(i -> said.get(i).get(said.get(i).size() - 1))
                            .toArray());
            for (int i = 0; i < step.size(); i++) {
                decoder.logits(i, logits);
                said.get(step.get(i)).add(highest(logits));
            }
        }
        rows.forEach(decoder::release);
        return said;
    }

    @ParameterizedTest
    @EnumSource
    void beamsAreTheSameInABatchAndApart(Form form) throws Exception {
        try (OnnxDecoder decoder = tiny(form)) {
            List<Integer> apart = beams(decoder, BatchPolicy.SINGLE);
            assertThat(beams(decoder, decoder.policy())).isEqualTo(apart);
        }
    }

    /** The output of forks that exchange their rows. */
    private static List<Integer> beams(OnnxDecoder decoder, BatchPolicy policy) {
        BatchPolicy own = decoder.policy();
        decoder.setPolicy(policy);
        float[] logits = new float[decoder.vocabularySize()];
        List<Row> rows = new ArrayList<>(List.of(new Row(Prompt.of(3, 5, 7))));
        decoder.prefill(rows.get(0), logits);
        rows.add(decoder.fork(rows.get(0)));
        rows.add(decoder.fork(rows.get(0)));
        List<Integer> said = new ArrayList<>();
        int[] tokens = {1, 2, 3};
        for (int[] sources :
                List.of(new int[] {0, 1, 2}, new int[] {2, 0, 0}, new int[] {1, 2, 0}, new int[] {0, 0, 0})) {
            decoder.step(rows, tokens);
            for (int i = 0; i < rows.size(); i++) {
                decoder.logits(i, logits);
                tokens[i] = highest(logits);
                said.add(tokens[i]);
            }
            decoder.rearrange(rows, sources);
            tokens = Arrays.stream(sources)
                    .map(source -> said.get(said.size() - 3 + source))
                    .toArray();
        }
        rows.forEach(decoder::release);
        decoder.setPolicy(own);
        return said;
    }

    @Test
    void aPromptWhoseReadWasBrokenOffCanBeReadAgain() throws Exception {
        try (OnnxDecoder decoder = tiny(Form.FLOAT32)) {
            Prompt prompt = Prompt.of(new Random(2).ints(200, 1, 300).toArray());
            float[] whole = new float[decoder.vocabularySize()];
            read(decoder, new Row(prompt), whole);
            AtomicBoolean brokenOff = new AtomicBoolean();
            CompletableFuture<Void> interrupting = CompletableFuture.runAsync(
                    () -> {
                        while (!brokenOff.get()) {
                            decoder.interrupt();
                        }
                    },
                    POOL);
            Row row = new Row(prompt);
            float[] logits = new float[decoder.vocabularySize()];
            while (!brokenOff.get()) {
                try {
                    decoder.release(row);
                    row.read = 0;
                    decoder.prefill(row, logits);
                } catch (WeirException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED);
                    brokenOff.set(true);
                }
            }
            interrupting.get(30, TimeUnit.SECONDS);
            read(decoder, row, logits);

            assertThat(logits).isEqualTo(whole);
        }
    }

    private static void read(OnnxDecoder decoder, Row row, float[] logits) {
        while (!decoder.prefill(row, logits)) {
            assertThat(row.read).isPositive();
        }
        decoder.release(row);
    }

    @Test
    void aSearchAmongOthersFindsWhatItFindsAlone() throws Exception {
        JsonObject golden = GoldenModel.STORIES.golden("generation").findFirst().orElseThrow();
        GenerationSettings search =
                GenerationSettings.of(40, GREEDY).withBeams(new BeamParameters(4, 1, EarlyStopping.AT_ONCE));
        try (TextGenerator generator = TextGenerator.open(
                new ModelFolder(GoldenModel.STORIES.folder()),
                Precision.FLOAT32,
                new InferenceSettings(1, 8, 8, 64),
                POOL)) {
            List<ChunkSource> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                others.add(generator.generate("Once upon a time", GenerationSettings.of(50, seeded(i))));
            }
            ChunkSource searched = generator.generate(golden.getString("prompt"), search);

            assertThat(Read.text(searched))
                    .isEqualTo(golden.getJsonObject("beam4").getString("text"));
            for (ChunkSource other : others) {
                assertThat(Read.text(other)).isNotEmpty();
            }
        }
    }

    @Test
    void severalTextsOfAPromptAreSampledApartAndTheSeedDecidesThemAll() throws Exception {
        try (TextGenerator generator = TextGenerator.open(
                new ModelFolder(GoldenModel.STORIES.folder()),
                Precision.INT8,
                new InferenceSettings(1, 8, 8, 64),
                POOL)) {
            GenerationSettings three = GenerationSettings.of(20, seeded(3)).withSequences(3);
            List<String> texts = new ArrayList<>();
            for (ChunkSource source : generator.generateWhole("Once upon a time", three)) {
                List<String> chunks = Read.chunks(source);
                assertThat(chunks).hasSize(1);
                texts.add(chunks.get(0));
            }
            List<String> again = new ArrayList<>();
            for (ChunkSource source : generator.generateWhole("Once upon a time", three)) {
                again.add(Read.text(source));
            }

            assertThat(texts).hasSize(3).doesNotHaveDuplicates();
            assertThat(again).isEqualTo(texts);
        }
    }

    private static synchronized OnnxDecoder tiny(Form form) throws Exception {
        if (!form.file(folder).toFile().exists()) {
            TINY.write(folder, form);
        }
        ModelFolder.Decoding files = new ModelFolder.Decoding(Optional.empty(), form.file(folder), Optional.empty());
        return OnnxDecoder.load(files, ModelFileConfig.read(new ModelFolder(folder)), ONE_THREAD);
    }
}
