package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.HttpClientConfig;
import dev.weir.config.reader.Configurations;
import dev.weir.telemetry.Operation;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operation of a request to an API of a model. */
class ModelOperationsTest {
    private static Optional<Operation> of(String uri, String... keys) {
        HttpClientConfig config = (HttpClientConfig) Configurations.of(
                        "component:\n  type: http-client\n"
                                + String.join("\n", keys).indent(2) + "workflow:\n  title: t\n",
                        Map.of())
                .components()
                .get(0);
        return HttpCalls.operation(config.actions().get(0), config.baseUrl(), URI.create(uri));
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1/chat/completions, chat, openai, api.openai.com, 443",
        "https://api.openai.com/v1/completions, text_completion, openai, api.openai.com, 443",
        "https://api.openai.com/v1/embeddings, embeddings, openai, api.openai.com, 443",
        "https://mine.openai.azure.com/openai/v1/responses, chat, azure.ai.openai, mine.openai.azure.com, 443",
        "https://API.anthropic.com/v1/messages?beta=1, chat, anthropic, api.anthropic.com, 443",
        "http://localhost:11434/api/generate, text_completion, ollama, localhost, 11434",
        "https://generativelanguage.googleapis.com/v1beta/models/g:streamGenerateContent,"
                + " generate_content, gcp.gemini, generativelanguage.googleapis.com, 443",
        "http://notopenai.com/v1/chat/completions, chat, _OTHER, notopenai.com, 80"
    })
    void isKnownByThePathAndTheHost(String url, String name, String provider, String address, int port) {
        assertThat(of(url, "endpoint: '" + url + "'", "body: {model: gpt-4o}"))
                .contains(new Operation(name, provider, "gpt-4o", address, port));
    }

    @Test
    void anotherPathIsNoOperation() {
        assertThat(of("https://api.openai.com/v1/files", "endpoint: https://api.openai.com/v1/files"))
                .isEmpty();
    }

    @Test
    void whatAnInputNamesIsNoAttribute() {
        String uri = "https://mine.example/chat/completions";
        assertThat(of(uri, "endpoint: '${input.url}'", "body: {model: '${input.model | gpt-4o}'}"))
                .contains(new Operation("chat", "_OTHER", "_OTHER", "_OTHER", 0));
        assertThat(of(uri, "base_url: 'https://${env.HOST}'", "path: '/${input.path}'", "body: [1]"))
                .contains(new Operation("chat", "_OTHER", "", "mine.example", 443));
    }
}
