package dev.weir.component.http.protocol;

import dev.weir.telemetry.Operation;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Recognises the calls of model APIs by the ends of their paths, for the metrics. Stateless. */
public final class ModelOperations {
    private static final Map<String, String> PATHS = new LinkedHashMap<>();
    private static final Map<String, String> HOSTS = Map.ofEntries(
            Map.entry("openai.com", "openai"),
            Map.entry("openai.azure.com", "azure.ai.openai"),
            Map.entry("anthropic.com", "anthropic"),
            Map.entry("googleapis.com", "gcp.gemini"),
            Map.entry("mistral.ai", "mistral_ai"),
            Map.entry("deepseek.com", "deepseek"),
            Map.entry("groq.com", "groq"),
            Map.entry("x.ai", "x_ai"),
            Map.entry("cohere.com", "cohere"),
            Map.entry("perplexity.ai", "perplexity"));
    private static final int OLLAMA = 11434;

    static {
        // A longer end comes before its own end.
        PATHS.put("/chat/completions", "chat");
        PATHS.put("/completions", "text_completion");
        PATHS.put("/messages", "chat");
        PATHS.put("/responses", "chat");
        PATHS.put("/api/chat", "chat");
        PATHS.put("/api/generate", "text_completion");
        PATHS.put("/embeddings", "embeddings");
        PATHS.put("/api/embed", "embeddings");
        PATHS.put(":generateContent", "generate_content");
        PATHS.put(":streamGenerateContent", "generate_content");
    }

    private ModelOperations() {}

    /**
     * The operation of a request; empty if its path is not that of a model API.
     *
     * @param port the port to which the request is sent
     * @param model the model for the attributes; empty for none
     */
    public static Optional<Operation> of(URI uri, int port, String model) {
        String path = String.valueOf(uri.getRawPath());
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        return PATHS.entrySet().stream()
                .filter(end -> path.endsWith(end.getKey()))
                .findFirst()
                .map(end ->
                        new Operation(end.getValue(), port == OLLAMA ? "ollama" : provider(host), model, host, port));
    }

    private static String provider(String host) {
        for (String end = host; ; end = end.substring(end.indexOf('.') + 1)) {
            String provider = HOSTS.get(end);
            if (provider != null) {
                return provider;
            }
            if (end.indexOf('.') < 0) {
                return Operation.OTHER;
            }
        }
    }
}
