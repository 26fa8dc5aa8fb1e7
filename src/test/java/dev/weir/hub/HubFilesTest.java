package dev.weir.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.onnx.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The selection of repositories and files. */
class HubFilesTest extends HubFixture {
    private static final String DECODER = "{\"model_type\": \"gpt2\"}";
    private static final String SEQ2SEQ = "{\"model_type\": \"marian\", \"is_encoder_decoder\": true}";

    @Test
    void onlyWhatTheModelNeedsIsTaken() throws Exception {
        repository(
                        "org/m",
                        DECODER,
                        "onnx/model.onnx",
                        "onnx/model.onnx_data",
                        "onnx/model.onnx_data_1",
                        "onnx/model.onnx_data_2",
                        "onnx/model_fp16.onnx")
                .file("onnx/model.onnx", Weights.inInitializers("model.onnx_data", "model.onnx_data_1", "absent"))
                .file("generation_config.json", "{}")
                .file("tokenizer.json", "{}")
                .file("tokenizer_config.json", "{}")
                .file("special_tokens_map.json", "{}")
                .file("chat_template.jinja", "x")
                .file("model.safetensors", 2_000)
                .file("onnx/tokenizer.json", "{}");

        assertThat(taken(model("org/m")))
                .containsExactly(
                        "chat_template.jinja",
                        "config.json",
                        "generation_config.json",
                        "onnx/model.onnx",
                        "onnx/model.onnx_data",
                        "onnx/model.onnx_data_1",
                        "special_tokens_map.json",
                        "tokenizer.json",
                        "tokenizer_config.json");
    }

    @Test
    void theGraphComesLastSoThatItIsNeverThereWithoutItsData() throws Exception {
        FakeHub.Repository repository = repository("org/m", DECODER, "onnx/model.onnx", "onnx/model.onnx_data")
                .file("onnx/model.onnx", Weights.inInitializers("model.onnx_data"));
        server.fail("onnx/model.onnx_data", new FakeHub.Fault.Status(404, Map.of()));
        Path graph = folder("org/m").resolve("snapshots/" + repository.commit() + "/onnx/model.onnx");

        assertThatThrownBy(() -> hub().fetch(model("org/m"), SILENT)).isInstanceOf(HubFault.class);
        assertThat(graph).doesNotExist();
        hub().fetch(model("org/m"), SILENT);
        assertThat(graph).exists();
        assertThat(graph.resolveSibling("model.onnx_data")).exists();
    }

    @Test
    void theVariantThatIsPreferredAndThereIsTaken() throws Exception {
        repository(
                "org/m",
                DECODER,
                "onnx/model.onnx",
                "onnx/model_fp16.onnx",
                "onnx/model_quantized.onnx",
                "onnx/model_q4.onnx");

        assertThat(graphs(model("org/m"))).containsExactly("onnx/model.onnx");
        assertThat(graphs(model("org/m", "_fp16"))).contains("onnx/model_fp16.onnx");
        assertThat(graphs(model("org/m", "_int8", "_quantized"))).contains("onnx/model_quantized.onnx");
        assertThat(graphs(model("org/m", "_q4", "_bnb4"))).contains("onnx/model_q4.onnx");
    }

    @Test
    void aSubstituteIsTakenOnlyIfNoTwinHasAPreferredVariant() throws Exception {
        repository("org/m", DECODER, "onnx/model.onnx");
        repository("onnx-community/m", DECODER, "onnx/model.onnx", "onnx/model_q4.onnx");
        HubModel int4 = model("org/m", "_q4");
        HubModel half = model("org/m", "_fp16");

        assertThat(hub().fetch(int4, BEST, SILENT)).startsWith(folder("onnx-community/m"));
        assertThat(hub().fetch(half, BEST, SILENT)).startsWith(folder("org/m"));
        Hub offline = hub(settings(Optional.empty(), true));
        assertThat(offline.fetch(int4, BEST, SILENT)).startsWith(folder("onnx-community/m"));
        assertThat(offline.fetch(half, BEST, SILENT)).startsWith(folder("org/m"));
        assertThatThrownBy(() -> hub().fetch(half, SILENT)).hasMessageContaining("wanted was model_fp16.onnx");
    }

    @Test
    void anEncoderDecoderHasAnEncoderAndAMergedDecoder() throws Exception {
        repository(
                "org/m",
                SEQ2SEQ,
                "onnx/encoder_model.onnx",
                "onnx/decoder_model.onnx",
                "onnx/decoder_model_merged.onnx",
                "onnx/decoder_with_past_model.onnx",
                "onnx/encoder_model_quantized.onnx",
                "onnx/decoder_model_merged_quantized.onnx");

        assertThat(graphs(model("org/m"))).containsExactly("onnx/decoder_model_merged.onnx", "onnx/encoder_model.onnx");
        assertThat(graphs(model("org/m", "_int8", "_quantized")))
                .contains("onnx/decoder_model_merged_quantized.onnx", "onnx/encoder_model_quantized.onnx");
    }

    @Test
    void splitDecodersAreTakenTogetherAndFilesMayLieBesideTheRest() throws Exception {
        repository("org/split", SEQ2SEQ, "encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx");

        assertThat(graphs(model("org/split")))
                .containsExactly("decoder_model.onnx", "decoder_with_past_model.onnx", "encoder_model.onnx");
    }

    @Test
    void aNamedFileIsTakenWithWhatBelongsToIt() throws Exception {
        repository("org/m", DECODER, "onnx/model.onnx", "onnx/model_q4f16.onnx", "onnx/model_q4f16.onnx_data")
                .file("onnx/model_q4f16.onnx", Weights.inInitializers("model_q4f16.onnx_data"));
        repository(
                "org/s",
                SEQ2SEQ,
                "onnx/encoder_model_q4.onnx",
                "onnx/decoder_model_merged_q4.onnx",
                "onnx/encoder_model.onnx");

        assertThat(graphs(named("org/m", "onnx/model_q4f16.onnx")))
                .containsExactly("onnx/model_q4f16.onnx", "onnx/model_q4f16.onnx_data");
        assertThat(graphs(named("org/s", "onnx/decoder_model_merged_q4.onnx")))
                .containsExactly("onnx/decoder_model_merged_q4.onnx", "onnx/encoder_model_q4.onnx");
        assertThatThrownBy(() -> hub().fetch(named("org/m", "onnx/model_q8.onnx"), SILENT))
                .hasMessageStartingWith(
                        "model org/m has only org/m/onnx/model.onnx, org/m/onnx/model_q4f16.onnx; wanted was"
                                + " onnx/model_q8.onnx:");
    }

    @Test
    void aRepositoryWithoutGraphsHasATwin() throws Exception {
        server.repository("org/plain").file("config.json", DECODER).file("model.safetensors", 2_000);
        repository("onnx-community/plain", DECODER, "onnx/model.onnx");
        repository("Xenova/plain", DECODER, "onnx/model.onnx");

        Path snapshot = hub().fetch(model("org/plain"), SILENT);
        assertThat(snapshot).startsWith(folder("onnx-community/plain"));
        assertThat(server.requests().stream().map(FakeHub.Request::path).filter(path -> path.contains("/revision/")))
                .containsExactly(
                        "/api/models/org/plain/revision/main",
                        "/api/models/org/plain-ONNX/revision/main",
                        "/api/models/onnx-community/plain-ONNX/revision/main",
                        "/api/models/onnx-community/plain/revision/main");
        assertThat(hub(settings(Optional.empty(), true)).fetch(model("org/plain"), SILENT))
                .isEqualTo(snapshot);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            org/plain-ONNX onnx-community/plain-ONNX onnx-community/plain Xenova/plain | org/plain-ONNX
            onnx-community/plain-ONNX onnx-community/plain Xenova/plain                | onnx-community/plain-ONNX
            onnx-community/plain Xenova/plain                                          | onnx-community/plain
            Xenova/plain                                                               | Xenova/plain
            org/plain-ONNX Xenova/plain                                                | org/plain-ONNX
            """)
    void theExportOfTheOwnerIsTheFirstTwin(String twins, String taken) throws Exception {
        server.repository("org/plain").file("config.json", DECODER).file("model.safetensors", 2_000);
        for (String twin : twins.split(" ", -1)) {
            repository(twin, DECODER, "onnx/model.onnx");
        }

        Path snapshot = hub().fetch(model("org/plain"), SILENT);

        assertThat(snapshot).startsWith(folder(taken));
        assertThat(hub(settings(Optional.empty(), true)).fetch(model("org/plain"), SILENT))
                .isEqualTo(snapshot);
    }

    @Test
    void aTwinMayHaveTheVariantThatTheRepositoryLacks() throws Exception {
        repository("org/m", DECODER, "onnx/model.onnx");
        repository("onnx-community/m-ONNX", DECODER, "onnx/model.onnx", "onnx/model_int8.onnx");

        assertThat(hub().fetch(model("org/m", "_int8"), SILENT)).startsWith(folder("onnx-community/m-ONNX"));
    }

    @Test
    void whereNoneHasWhatIsWantedTheErrorSaysWhatThereIsAndHowToExport() {
        server.repository("org/plain").file("config.json", DECODER).file("model.safetensors", 2_000);
        assertThatThrownBy(() -> hub().fetch(model("org/plain", "_int8", "_quantized"), SILENT))
                .hasMessage(
                        "model org/plain has no ONNX files, and of its twins org/plain-ONNX, onnx-community/plain-ONNX,"
                                + " onnx-community/plain, Xenova/plain none has more; wanted was model_int8.onnx or"
                                + " model_quantized.onnx: name another precision, or export it: optimum-cli export onnx --model"
                                + " org/plain ./folder, then model: ./folder");
        repository("org/m", DECODER, "onnx/model.onnx");
        assertThatThrownBy(() -> hub().fetch(model("org/m", "_q4"), SILENT))
                .hasMessageStartingWith("model org/m has only org/m/onnx/model.onnx, and of its twins ");
    }

    @Test
    void aPinnedRevisionHasNoTwin() {
        FakeHub.Repository plain = server.repository("org/plain").file("config.json", DECODER);
        repository("onnx-community/plain", DECODER, "onnx/model.onnx");
        HubModel pinned = new HubModel(
                "org/plain", plain.commit(), BEST, Optional.empty(), Optional.empty(), false, Optional.empty());

        assertThatThrownBy(() -> hub().fetch(pinned, SILENT))
                .hasMessageStartingWith("model org/plain@" + plain.commit() + " has no ONNX files; wanted was ");
    }

    @Test
    void whatIsNotThereIsToldWithItsRemedy() {
        tiny("org/tiny");
        assertThatThrownBy(() -> hub().fetch(model("org/missing"), SILENT))
                .hasMessage(
                        "model org/missing of the Hub: there is no such repository, or it is private; check its name,"
                                + " or set HF_TOKEN");
        assertThatThrownBy(() -> hub(settings(Optional.of("hf_t"), false)).fetch(model("org/missing"), SILENT))
                .hasMessage(
                        "model org/missing of the Hub: there is no such repository, or it is private; check its name"
                                + " and whether the token (HF_TOKEN) may read it");
        HubModel revision =
                new HubModel("org/tiny", "v9/x", BEST, Optional.empty(), Optional.empty(), false, Optional.empty());
        assertThatThrownBy(() -> hub().fetch(revision, SILENT))
                .hasMessage("model org/tiny@v9/x of the Hub: there is no such revision; check revision");
    }

    @Test
    void aRenamedRepositoryKeepsItsOldNameInTheCache() throws Exception {
        tiny("openai-community/gpt2");
        server.rename("gpt2", "openai-community/gpt2");

        assertThat(hub().fetch(model("gpt2"), SILENT)).startsWith(folder("gpt2"));
    }

    private FakeHub.Repository repository(String name, String config, String... graphs) {
        FakeHub.Repository repository = server.repository(name).file("config.json", config);
        for (String graph : graphs) {
            repository.file(graph, 2_000);
        }
        return repository;
    }

    private static HubModel named(String repository, String file) {
        return new HubModel(repository, "main", BEST, Optional.of(file), Optional.empty(), false, Optional.empty());
    }

    private List<String> taken(HubModel model) throws Exception {
        Path snapshot = hub().fetch(model, SILENT);
        try (Stream<Path> tree = Files.walk(snapshot)) {
            return tree.filter(Files::isRegularFile)
                    .map(file -> snapshot.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private List<String> graphs(HubModel model) throws Exception {
        return taken(model).stream().filter(name -> name.contains(".onnx")).toList();
    }
}
