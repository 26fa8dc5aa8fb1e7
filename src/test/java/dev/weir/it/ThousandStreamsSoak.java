package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import dev.weir.it.server.ServerContainer;
import dev.weir.load.Load;
import dev.weir.load.Load.Report;
import dev.weir.load.PacedUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A thousand streams at once with 20 ms between chunks: all arrive whole. The delay of the chunks is printed and not judged,
 * since it also depends on the machine, which reads and feeds the streams too.
 */
@Tag(Matrix.TAG)
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(600)
class ThousandStreamsSoak {
    private static final int STREAMS = Integer.getInteger("weir.soak.streams", 1_000);
    private static final int CHUNKS = 250;
    private static final int PACE_MILLIS = 20;

    /** Rounds of short runs, as many as a busy server has in a few minutes, during which its code is compiled. */
    private static final int WARMING = Integer.getInteger("weir.soak.warming", 45);

    private static final int FEW_CHUNKS = 5;

    /** A number with which all streams run together for most of the time. */
    private static final int MANY_CHUNKS = 700;

    private static final int ROUNDS = 4;

    private static FakeUpstream other;
    private static PacedUpstream upstream;

    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new PacedUpstream(0, CHUNKS, PACE_MILLIS);
        other = new FakeUpstream(FakeUpstream.events());
        Matrix.configure(other, upstream.url());
        return Wars.built();
    }

    @AfterAll
    static void stop() throws IOException {
        upstream.close();
        other.close();
    }

    @Test
    void noneFailsWhenTheyBeginAtOnceOrOneAfterTheOther() throws Exception {
        new WeirClient(base).awaitReady();
        URI run = URI.create(base.toString()).resolve("api/workflows/runs");
        System.out.println(ApplicationServer.name() + ", cold, all at once: " + whole(run, CHUNKS, 0));
        System.out.println("all at once:       " + whole(run, CHUNKS, 0));
        for (int round = 0; round < WARMING; round++) {
            whole(run, FEW_CHUNKS, 1_000);
        }
        for (int round = 0; round < ROUNDS; round++) {
            System.out.println("within 3 s:        " + whole(run, MANY_CHUNKS, 3_000));
        }
        System.out.println(
                "afterwards:        " + ServerContainer.running().jvm().memory());
    }

    private static Report whole(URI run, int chunks, int rampMillis) throws IOException {
        upstream.setChunks(chunks);
        Report report = Load.run(run, STREAMS, chunks, rampMillis);
        assertThat(report.failures()).isEmpty();
        assertThat(report.whole()).isEqualTo(STREAMS);
        return report;
    }
}
