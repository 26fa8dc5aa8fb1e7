package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.component.http.FakeUpstream;
import dev.weir.json.Json;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The clients of the model-compose guide with its streaming chat. The programs are taken from the chapter's text; only the
 * server's address changes. A program without an interpreter on this machine is reported as skipped.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class GuideClientsIT {
    private static final Path FOLDER = Path.of("target", "it", "guide");
    private static final Path FILE = FOLDER.resolve("model-compose.yml");
    private static final String ADDRESS = "http://localhost:8080/";
    private static final List<String> CHUNKS = List.of("Once", " upon", " a\n\ntime", " 옛날", " 🎉");

    /** The guide's clients treat each line of an event as a chunk. Therefore they lose line breaks, and nothing else. */
    private static final String SHOWN = "Once upon atime 옛날 🎉";

    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(
                FakeUpstream.events(CHUNKS.stream().map(FakeUpstream::openAi).toArray(String[]::new)));
        Files.createDirectories(FOLDER);
        Files.writeString(FILE, streamingChat());
        Files.writeString(FILE.resolveSibling(".env"), "OPENAI_API_KEY=sk-0123456789abcdef\n");
        return Wars.configured(FILE, "weir.config.reload=true");
    }

    private static String streamingChat() throws IOException {
        return Guide.block("11.3.1", "yaml", "title: Streaming Chat")
                .replace("https://api.openai.com/v1", upstream.url() + "/v1");
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void begin() throws Exception {
        client = new WeirClient(base);
        client.awaitReady();
    }

    @Test
    void theFetchLoop() throws Exception {
        Optional<Program> node = Program.first("node");
        assumeTrue(node.isPresent(), "no node on the PATH, nor named by -Dweir.node");
        Files.writeString(FOLDER.resolve("guide.mjs"), here(Guide.block("11.4.2", "javascript", "await fetch(")));
        Files.copy(
                Path.of("src/test/resources/it/browser.mjs"),
                FOLDER.resolve("browser.mjs"),
                StandardCopyOption.REPLACE_EXISTING);

        Program.Result result = node.get().run(FOLDER, "browser.mjs");

        assertThat(result.errors()).isEmpty();
        List<String> lines = result.output().lines().toList();
        assertThat(lines.get(lines.size() - 1)).isEqualTo(Json.write(SHOWN));
        assertThat(lines).startsWith("Chunk: Once", "Chunk:  upon", "Chunk:  a", "Chunk: ", "Chunk: time");
    }

    @Test
    void theRequestsLoop() throws Exception {
        assertPythonPrints(Guide.block("11.4.3", "python", "import requests"), "requests");
    }

    @Test
    void theAiohttpLoop() throws Exception {
        assertPythonPrints(Guide.block("11.4.3", "python", "import aiohttp"), "aiohttp");
    }

    private void assertPythonPrints(String program, String needed) throws Exception {
        Optional<Program> python = python(needed);
        assumeTrue(
                python.isPresent(),
                "no python3 with the package " + needed + " on the PATH, nor named by -Dweir.python3");
        Files.writeString(FOLDER.resolve(needed + "_loop.py"), here(program));

        Program.Result result = python.get().run(FOLDER, needed + "_loop.py");

        assertThat(result.errors()).isEmpty();
        assertThat(result.output()).isEqualTo(SHOWN);
    }

    private static Optional<Program> python(String needed) throws Exception {
        for (Program python : Program.named("python3").toList()) {
            if (python.run(FOLDER, "-c", "import " + needed).status() == 0) {
                return Optional.of(python);
            }
        }
        return Optional.empty();
    }

    @Test
    void curlWithTheRequiredFields() throws Exception {
        String command = Guide.block("11.4.1", "bash", "Write a story");
        String problem = shell(command);
        assertThat(WeirClient.object(problem))
                .as("the guide's remarks are no JSON")
                .containsEntry("status", 400)
                .hasEntrySatisfying(
                        "detail", detail -> assertThat((String) detail).contains("line 3"));

        assertThat(shell(command.replaceAll(" +# .*", "")))
                .isEqualTo("data: Once\n\ndata:  upon\n\ndata:  a\ndata: \ndata: time\n\ndata:  옛날\n\ndata:  🎉\n\n");
    }

    @Test
    void curlWithAndWithoutStreaming() throws Exception {
        String conditional = Guide.block("11.3.3", "yaml", "title: Conditional Streaming")
                .replace(
                        "model: gpt2",
                        "model: " + Path.of("examples/models/stories").toAbsolutePath())
                // Otherwise the story may end with its first token.
                .replace("max_output_length: 100", "max_output_length: 100\n    min_output_length: 30");
        Files.writeString(FILE, conditional);
        try {
            awaitWorkflow("Conditional Streaming");
            client.awaitReady();
            String[] answers = shell(Guide.block("11.3.3", "bash", "curl")).split("(?<=\n\n)(?=\\{)", -1);
            assertThat(answers).hasSize(2);
            assertThat(answers[0].lines())
                    .hasSizeGreaterThan(20)
                    .allMatch(line -> line.isEmpty() || line.startsWith("data: "));
            Map<String, Object> task = WeirClient.object(answers[1]);
            assertThat(task).containsEntry("status", "completed");
            assertThat((String) task.get("output")).isNotBlank();
        } finally {
            Files.writeString(FILE, streamingChat());
            awaitWorkflow("Streaming Chat");
        }
    }

    private void awaitWorkflow(String title) throws Exception {
        client.await(() -> client.get("api/workflows").body().contains("\"title\":\"" + title + "\""), title);
    }

    /** Runs the commands. Returns their output. */
    private String shell(String commands) throws Exception {
        assumeTrue(Stream.of("sh", "curl").allMatch(name -> Program.first(name).isPresent()), "no curl on the PATH");
        Program.Result result = Program.first("sh").orElseThrow().run(FOLDER, "-c", here(commands));
        assertThat(result.status()).as(result.errors()).isZero();
        return result.output();
    }

    /** The program with the address of this server. */
    private String here(String program) {
        assertThat(program).contains(ADDRESS);
        return program.replace(ADDRESS, base.toString());
    }
}
