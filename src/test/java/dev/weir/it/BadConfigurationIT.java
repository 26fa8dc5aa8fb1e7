package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.binding.Json;
import java.io.IOException;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A configuration with mistakes never half-starts: the server is up, and says what is wrong. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class BadConfigurationIT {
    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "it", "bad"));
        Path file = folder.resolve("model-compose.yml");
        Files.writeString(file, """
                workflow:
                  component: openai
                components:
                  - id: openia
                    type: http-client
                    endpoint: http://127.0.0.1:9/v1
                    stream_fromat: json
                """);
        return Wars.configured(file);
    }

    @Test
    void everyProblemIsToldWithItsPlaceAndRemedy() throws Exception {
        WeirClient client = new WeirClient(base);
        HttpResponse<String> health = client.get("api/health");
        assertThat(health.statusCode()).isEqualTo(503);
        List<?> problems = (List<?>) ((Map<?, ?>) Json.parse(health.body())).get("problems");
        assertThat(problems).hasSize(2);
        assertThat(problems.toString())
                .contains("model-compose.yml:2:", "'openai'", "openia", "model-compose.yml:7:", "stream_format");

        HttpResponse<String> run = client.run("{\"output_only\":true}");
        assertThat(run.statusCode()).isEqualTo(503);
        assertThat(run.body()).contains("model-compose.yml:2:");
        assertThat(client.get("api/workflows").statusCode()).isEqualTo(503);
        assertThat(client.get("").statusCode()).isEqualTo(200);
    }
}
