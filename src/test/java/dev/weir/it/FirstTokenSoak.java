package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.it.server.ApplicationServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Measures the time from the start of a server with the WAR, without a configuration, to the first token of a story. */
@Tag(Matrix.TAG)
@Timeout(600)
class FirstTokenSoak {
    private static final int STARTS = 3;
    private static final String STORY = "{\"input\":{\"prompt\":\"Once upon a time\"},\"output_only\":true}";

    @Test
    void aServerThatStartsSoonTellsAStory() throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            ApplicationServer server = ApplicationServer.unset(Path.of("target", "it", "server", "first-token"));
            long began = System.nanoTime();
            server.startWith(Path.of(System.getProperty("weir.war")));
            try {
                awaitFirstToken(new WeirClient(server.base().toURL()));
                millis.add((System.nanoTime() - began) / 1_000_000);
            } finally {
                server.stop();
            }
        }
        System.out.printf("%s: %s ms from the start to the first token%n", ApplicationServer.name(), millis);
        assertThat(millis).allMatch(start -> start < 120_000);
    }

    private static void awaitFirstToken(WeirClient client) throws InterruptedException {
        while (true) {
            try {
                HttpResponse<InputStream> story = client.open(STORY);
                if (story.statusCode() == 200 && story.body().read() == 'd') {
                    story.body().close();
                    return;
                }
                story.body().close();
            } catch (IOException e) {
                // The server does not listen yet.
            }
            LockSupport.parkNanos(20_000_000);
        }
    }
}
