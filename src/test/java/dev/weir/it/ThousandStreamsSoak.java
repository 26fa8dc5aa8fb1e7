package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.load.Load;
import dev.weir.load.Load.Report;
import dev.weir.load.PacedUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A thousand streams at once, 20 ms a chunk: all come whole. How late the chunks are is printed and not judged, since that is
 * as much the machine's doing, which reads and feeds the streams too.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(600)
class ThousandStreamsSoak {
    private static final int STREAMS = Integer.getInteger("weir.soak.streams", 1_000);
    private static final int CHUNKS = 250;
    private static final int PACE_MILLIS = 20;
    private static final Path FILE = Path.of("target", "it", "thousand", "model-compose.yml");
    private static PacedUpstream upstream;

    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new PacedUpstream(0, CHUNKS, PACE_MILLIS);
        Files.createDirectories(FILE.getParent());
        String yaml = Files.readString(Path.of("src/test/resources/it/load.yml"));
        Files.writeString(FILE, yaml.replace("http://upstream.example", upstream.url()));
        return Wars.configured(FILE);
    }

    @AfterAll
    static void stop() throws IOException {
        upstream.close();
    }

    @Test
    void noneFailsWhenTheyBeginAtOnceOrOneAfterTheOther() throws Exception {
        new WeirClient(base).awaitReady();
        URI run = URI.create(base.toString()).resolve("api/workflows/runs");
        System.out.println("cold, all at once: " + whole(Load.run(run, STREAMS, CHUNKS, 0)));
        System.out.println("all at once:       " + whole(Load.run(run, STREAMS, CHUNKS, 0)));
        System.out.println("within 5 s:        " + whole(Load.run(run, STREAMS, CHUNKS, 5_000)));
    }

    private static Report whole(Report report) {
        assertThat(report.failures()).isEmpty();
        assertThat(report.whole()).isEqualTo(STREAMS);
        return report;
    }
}
