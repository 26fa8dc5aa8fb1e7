package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.McpConfig;
import dev.weir.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The adapter of the Model Context Protocol, in the spellings of model-compose. */
class McpReaderTest {
    private static final String REST = """
            workflow: {id: w, component: c%s}
            component: {id: c, type: http-client, endpoint: 'http://127.0.0.1:9'}
            """;

    @TempDir
    private Path folder;

    private LoadResult.Loaded loaded(String controller, String workflow) throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.yml"), "controller: " + controller + "\n" + REST.formatted(workflow));
        return (LoadResult.Loaded) ConfigReader.read(List.of(file), Map.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            {}                                                                                      | /api | -
            {adapter: {type: http-server, base_path: /x}}                                           | /x   | -
            {type: mcp-server}                                                                      | /api | /mcp
            {type: mcp-server, base_path: /tools/, port: 8080}                                      | /api | /tools
            {adapter: {type: mcp-server, base_path: tools, transport: http}}                        | /api | /tools
            {adapter: [{type: http-server, base_path: /x, port: 1}, {type: mcp-server}]}            | /x   | /mcp
            {adapters: [{type: mcp-server, transport: streamable-http}, {type: http-server}]}       | /api | /mcp
            {adapter: [{type: http-server, base_path: /}, {type: mcp-server}]}                      | ''   | /mcp
            """)
    void eachSpellingHasItsPaths(String controller, String api, String mcp) throws IOException {
        LoadResult.Loaded loaded = loaded(controller, "");

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().controller().basePath()).isEqualTo(api);
        assertThat(loaded.config().controller().mcp().map(McpConfig::basePath).orElse(null))
                .isEqualTo(mcp);
    }

    @Test
    void theAddressOfAFurtherAdapterHasNoEffectWhichIsSaidOnce() throws IOException {
        LoadResult.Loaded loaded =
                loaded("{adapter: [{type: http-server}, {type: mcp-server, host: 0.0.0.0, port: 8081}]}", "");

        assertThat(loaded.warnings())
                .extracting(Problem::message)
                .containsExactly("'host' has no effect here: the tools have the address of the workflows");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''               | true  | false
            , mcp: false     | false | false
            , private: true  | true  | true
            """)
    void aWorkflowMayBeNoTool(String keys, boolean isTool, boolean isPrivate) throws IOException {
        var exposure = loaded("{}", keys).config().workflows().get(0).exposure();

        assertThat(exposure.isTool()).isEqualTo(isTool);
        assertThat(exposure.isPrivate()).isEqualTo(isPrivate);
    }

    @ParameterizedTest
    @CsvSource({"a.b-C_9, a.b-C_9", "a b/c, a_b_c", "한, _"})
    void aNameHasOnlyTheCharactersOfNames(String id, String name) {
        assertThat(McpConfig.toolName(id)).isEqualTo(name);
    }
}
