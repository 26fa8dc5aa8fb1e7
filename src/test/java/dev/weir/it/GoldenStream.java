package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.sse.WireCase;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Wire cases, in sequence in one stream of a server, compared byte for byte. */
final class GoldenStream {
    private GoldenStream() {}

    /**
     * Runs a workflow that streams the cases from the upstream, and checks headers and bytes.
     *
     * @param server the URL with the {@code api} path
     * @param run the body of the request
     * @return the bytes
     */
    static byte[] require(FakeUpstream upstream, URI server, String run, List<WireCase> cases, String format)
            throws Exception {
        upstream.answers(FakeUpstream.events(cases.stream()
                .flatMap(wire -> wire.chunks().stream())
                .map(FakeUpstream::openAiJson)
                .toArray(String[]::new)));
        try (RawHttp http = RawHttp.send(server, RawHttp.run(server, run, "Accept: */*\r\n"))) {
            assertThat(http.status()).startsWith("HTTP/1.1 200");
            Map<String, String> headers = http.headers();
            assertThat(headers.get("content-type")).matches("(?i)text/event-stream; ?charset=utf-8");
            assertThat(headers)
                    .containsEntry("cache-control", "no-cache, no-transform")
                    .containsEntry("x-accel-buffering", "no")
                    .containsEntry("transfer-encoding", "chunked")
                    .containsKey("x-task-id")
                    .doesNotContainKeys("content-length", "content-encoding");
            byte[] body = http.chunkedBody();
            int at = 0;
            for (WireCase wire : cases) {
                at += wire.requireIn(body, at, format);
            }
            assertThat(at).as("nothing else is sent").isEqualTo(body.length);
            return body;
        }
    }
}
