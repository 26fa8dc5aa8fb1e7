package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.json.Json;
import dev.weir.sse.ReferenceEventParser;
import dev.weir.sse.WireCase;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The bytes that a server sends over a socket: all golden cases in one stream of each format. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class WireIT {
    private static final Path FILE = Path.of("target", "it", "wire", "model-compose.yml");
    private static final List<WireCase> CASES = Stream.concat(
                    WireCase.inOneStream().stream(), Stream.of(WireCase.atTheEnd()))
            .toList();
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
        return Wars.configured(Wars.relay(FILE, "wire.yml", upstream));
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @Test
    void everyCaseOfTextIsOnTheWireAsItsGoldenFile() throws Exception {
        byte[] body = body("text", "sse-text");
        StringBuilder text = new StringBuilder();
        CASES.forEach(wire -> text.append(wire.text()));
        assertThat(ReferenceEventParser.joined(body)).isEqualTo(text.toString());
    }

    @Test
    void everyCaseOfJsonIsOnTheWireAsItsGoldenFile() throws Exception {
        byte[] body = body("json", "sse-json");
        List<Object> values = new ArrayList<>();
        CASES.forEach(wire -> values.addAll(wire.values()));
        assertThat(ReferenceEventParser.parse(body).stream().map(event -> Json.parse(event.data())))
                .isEqualTo(values);
    }

    private byte[] body(String workflow, String format) throws Exception {
        new WeirClient(base).awaitReady();
        String run = "{\"workflow_id\":\"" + workflow + "\",\"input\":{\"prompt\":\"Hello\"},\"output_only\":true}";
        return GoldenStream.require(upstream, URI.create(base.toString()), run, CASES, format);
    }
}
