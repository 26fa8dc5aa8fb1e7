package dev.weir.component.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.fuzz.Fuzz;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every body of an upstream is read in the same way in any pieces, or refused as a fault of the upstream. */
@Tag("fuzz")
class UpstreamBodiesFuzzTest {
    /** A long limit for a busy machine: a case takes less than a millisecond. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final List<String> TYPES = List.of(
            "",
            "text/event-stream",
            "text/event-stream; charset=utf-16",
            "text/plain",
            "text/plain; charset=euc-kr",
            "text/html",
            "application/json",
            "application/x-ndjson",
            "application/jsonl; charset=iso-8859-1",
            "application/json-seq",
            "application/octet-stream",
            "audio/mpeg",
            "garbage",
            "text/; charset");

    private static final List<String> PARTS = List.of(
            "data: ",
            "data:",
            "event: error\n",
            "event: ",
            "id: 1\n",
            "retry: x\n",
            ": ",
            ":",
            "\n",
            "\n\n",
            "\r",
            "\r\n",
            "\0",
            "\u001e",
            "\uFEFF",
            "[DONE]",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\"",
            "\\",
            "\\u",
            "\\ud83c",
            "1e999",
            "-0",
            "null",
            "tru",
            "{\"a\": 1}",
            "[1, 2]",
            "{\"choices\": [{\"delta\": {\"content\": \"a\"}}]}",
            "{\"error\": {\"message\": \"no\"}}",
            "{\"type\": \"message_start\"}",
            "{\"type\": \"message_stop\"}",
            "{\"done\": true, \"model\": \"m\"}",
            "한",
            "🎉",
            "a",
            " ",
            "\t",
            "<html>");

    @Test
    void aBodyIsReadInTheSameWayInEverySplit() {
        Fuzz.run("bodies of upstreams", LIMIT, random -> {
            Framing[] framings = Framing.values();
            StreamReading reading = new StreamReading(
                    framings[random.nextInt(framings.length)],
                    random.nextBoolean(),
                    TYPES.get(random.nextInt(TYPES.size())),
                    new BodyLimits(300, 300, 200));
            byte[] body = body(random);
            Read whole = read(reading, body, body.length + 1, null);
            assertThat(read(reading, body, 1, null)).as("byte by byte").isEqualTo(whole);
            assertThat(read(reading, body, 9, random)).as("split at random").isEqualTo(whole);
            if (whole.failure() != null) {
                assertThat(whole.failure().status()).isEqualTo(502);
            }
        });
    }

    /** The joined payloads, and the failure that ended them; null for the body's end. */
    private record Read(String payloads, @Nullable ErrorCode failure) {}

    private static Read read(StreamReading reading, byte[] body, int most, @Nullable Random random) {
        Pull.Outcome outcome = Pull.outcome(reading.decoder(), body, most, random);
        StringBuilder payloads = new StringBuilder();
        for (Object payload : outcome.payloads()) {
            payloads.append(payload instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : payload);
        }
        return new Read(
                payloads.toString(),
                outcome.failure() == null ? null : outcome.failure().code());
    }

    private static byte[] body(Random random) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int parts = random.nextInt(40); parts > 0; parts--) {
            String part = PARTS.get(random.nextInt(PARTS.size()));
            body.writeBytes(part.repeat(random.nextInt(30) == 0 ? 60 : 1).getBytes(StandardCharsets.UTF_8));
            if (random.nextInt(20) == 0) {
                body.write(random.nextInt(256));
            }
        }
        return body.toByteArray();
    }
}
