package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.FreePort;
import dev.weir.json.Json;
import java.io.IOException;
import java.net.ConnectException;
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

/** A configuration with mistakes is never served in part: the server is up, and names the problems. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class BadConfigurationIT {
    @ArquillianResource
    private URL base;

    private static final Path FILE = Path.of("target", "it", "bad", "model-compose.yml");

    private static final String WRONG = """
            workflow:
              component: openai
            components:
              - id: openia
                type: http-client
                endpoint: http://127.0.0.1:9/v1
                stream_fromat: json
            """;

    private static final int PORT = FreePort.find();

    private static final String PAGE = """
            controller:
              webui: {driver: gradio, host: 127.0.0.1, port: %d}
            """.formatted(PORT);

    private static final String RIGHT = WRONG.replace("openia", "openai").replace("fromat", "format");

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        Files.createDirectories(FILE.getParent());
        Files.writeString(FILE, WRONG + PAGE);
        return Wars.configured(FILE, "weir.config.reload=true");
    }

    /** The page, and the port that redirects to it, follow the configuration. */
    @Test
    void thePageIsThereWhereTheConfigurationHasIt() throws Exception {
        WeirClient client = new WeirClient(base);
        Files.writeString(FILE, RIGHT + PAGE);
        client.awaitHealth(200);
        HttpResponse<String> redirect = client.get("http://127.0.0.1:" + PORT + "/");
        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(redirect.headers().firstValue("Location"))
                .hasValue("http://127.0.0.1:" + base.getPort() + base.getPath());
        assertThat(client.get("app.js").statusCode()).isEqualTo(200);

        Files.writeString(FILE, RIGHT);
        client.awaitStatus("", 404);
        assertThat(client.get("").body()).contains("controller.webui");
        assertThat(client.get("app.js").statusCode()).isEqualTo(404);
        assertThat(client.get("base.js").statusCode()).isEqualTo(404);
        assertThatThrownBy(() -> client.get("http://127.0.0.1:" + PORT + "/")).isInstanceOf(ConnectException.class);
        Files.writeString(FILE, WRONG + PAGE);
        client.awaitHealth(503);
    }

    @Test
    void savingTheRemedyServesItAndSavingTheMistakeStopsIt() throws Exception {
        WeirClient client = new WeirClient(base);
        Files.writeString(FILE, RIGHT);
        client.awaitHealth(200);
        HttpResponse<String> run = client.run("{\"output_only\":true}");
        assertThat(run.statusCode()).isEqualTo(502);
        assertThat(run.body()).contains("refused the connection");
        Files.writeString(FILE, WRONG + PAGE);
        client.awaitHealth(503);
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
