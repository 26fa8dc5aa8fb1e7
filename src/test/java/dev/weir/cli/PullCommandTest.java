package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.cli.Commands.Result;
import dev.weir.hub.FakeHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir pull} with a Hub on this machine. */
@Timeout(60)
class PullCommandTest {
    private final FakeHub hub = new FakeHub();

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        hub.repository("owner/small")
                .file("config.json", "{\"model_type\": \"gpt2\"}")
                .file("tokenizer.json", "{}")
                .file("onnx/model.onnx", 2_000_000);
        file = Files.writeString(folder.resolve("model-compose.yml"), """
                components:
                  - {id: small, type: model, task: text-generation, model: owner/small, text: "${input.text as text}"}
                workflow: {title: Story, component: small}
                """);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Result pull(boolean isTerminal, Map<String, String> environment, String... words) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("HF_ENDPOINT", hub.endpoint().toString());
        return Commands.run(
                all,
                isTerminal,
                Stream.concat(
                                Stream.of(
                                        "pull",
                                        "--cache",
                                        folder.resolve("cache").toString()),
                                Stream.concat(Stream.of(words), Stream.of(file.toString())))
                        .toArray(String[]::new));
    }

    @Test
    void downloadsOnceAndSaysSo() {
        Result first = pull(false, Map.of());
        Result second = pull(false, Map.of());

        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out()).isEmpty();
        assertThat(first.err())
                .contains("100 % of 2.0 MB  onnx/model.onnx", "owner/small is in " + folder.resolve("cache"));
        assertThat(second.status()).isZero();
        assertThat(second.err()).startsWith("owner/small was already in ").doesNotContain("%");
        assertThat(hub.downloads("onnx/model.onnx")).hasSize(1);
    }

    @Test
    void aTerminalShowsABar() {
        Result result = pull(true, Map.of());

        assertThat(result.err()).contains("\r", "█".repeat(30) + " 100 % of 2.0 MB  onnx/model.onnx\n");
    }

    @Test
    void aModelThatIsAbsentOrGatedHasARemedy() {
        hub.gate("owner/small", "the-token");

        Result refused = pull(false, Map.of());

        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.err()).contains("HF_TOKEN");
        assertThat(pull(false, Map.of("HF_TOKEN", "the-token")).status()).isZero();
    }

    @Test
    void theTokenIsAlsoAFile() throws IOException {
        hub.gate("owner/small", "the-token");
        Path token = Files.writeString(folder.resolve("token"), "the-token\n");

        assertThat(pull(false, Map.of("HF_TOKEN", "another"), "--token-file", token.toString())
                        .status())
                .isZero();
    }

    @Test
    void onlyTheNamedComponentsArePulled() {
        assertThat(pull(false, Map.of(), "--component", "other"))
                .satisfies(result -> assertThat(result.status()).isEqualTo(2))
                .satisfies(result -> assertThat(result.err()).contains("there is no component 'other'"));
        assertThat(pull(false, Map.of(), "--component", "small").status()).isZero();
    }

    @Test
    void nothingIsDownloadedForABrokenConfigurationOrALocalModel() throws IOException {
        Files.writeString(file, "component: {type: modle}\n");
        assertThat(pull(false, Map.of()))
                .satisfies(result -> assertThat(result.status()).isEqualTo(1))
                .satisfies(result -> assertThat(result.err()).contains("nothing is downloaded", "modle"));
        Result local = Commands.run(Map.of(), "pull", "examples/quickstart/model-compose.yml");
        assertThat(local.status()).isZero();
        assertThat(local.err()).contains("nothing to download");
        assertThat(hub.requests()).isEmpty();
    }
}
