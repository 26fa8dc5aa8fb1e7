package dev.weir.component.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.error.UpstreamException;
import dev.weir.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The states that providers' streams report, for a table of bodies, in any pieces. */
class ProviderStreamsTest {
    private static final Path TABLE = Path.of("src/test/resources/http/provider-streams.txt");
    private static final BodyLimits LIMITS = new BodyLimits(1 << 20, 1 << 20, 1 << 16);

    static Stream<Arguments> table() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("\t", -1))
                .map(cells -> Arguments.of(
                        cells[0], cells[1], cells[2], Pull.bytes(cells[3]), Json.parse(cells[4]), cells[5]));
    }

    @Test
    void theTableIsLong() throws IOException {
        assertThat(table()).hasSizeGreaterThanOrEqualTo(120);
    }

    /**
     * @param type {@code -} for none
     * @param end {@code end}; {@code done} if the upstream announced the end; or the code of the failure, followed by {@code
     *     passing} if a retry may help
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void theTableHolds(String name, String mode, String type, byte[] body, List<Object> payloads, String end) {
        Random random = new Random(body.length);
        List<Pull.Outcome> outcomes = new ArrayList<>();
        BodyDecoder whole = decoder(mode, type);
        outcomes.add(Pull.outcome(whole, body, body.length + 1, null));
        outcomes.add(Pull.outcome(decoder(mode, type), body, 1, null));
        for (int i = 0; i < 3; i++) {
            outcomes.add(Pull.outcome(decoder(mode, type), body, 17, random));
        }
        for (int at = 0; at <= body.length; at++) {
            outcomes.add(Pull.cut(decoder(mode, type), body, at));
        }
        assertThat(outcomes.stream()
                        .map(outcome -> outcome.payloads() + " " + told(outcome, whole))
                        .distinct())
                .containsExactly(payloads + " " + end);
    }

    private static String told(Pull.Outcome outcome, BodyDecoder whole) {
        if (outcome.failure() instanceof UpstreamException failure) {
            String code = failure.code().name().toLowerCase(Locale.ROOT).replace("upstream_", "");
            return failure.passes() && !code.equals("truncated") ? code + " passing" : code;
        }
        assertThat(outcome.failure()).isNull();
        return whole.isDone() ? "done" : "end";
    }

    private static BodyDecoder decoder(String mode, String type) {
        String contentType = type.equals("-") ? "" : type;
        return new StreamReading(Framing.AUTO, mode.equals("json"), contentType, LIMITS).decoder();
    }

    static Stream<Arguments> complete() throws IOException {
        return table().filter(row -> row.get()[0].toString().startsWith("complete"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("complete")
    void aCompleteStreamThatIsCutAnywhereLosesNothingSilently(
            String name, String mode, String type, byte[] body, List<Object> payloads, String end) {
        for (int length = 0; length < body.length; length++) {
            Pull.Outcome outcome = Pull.outcome(decoder(mode, type), Arrays.copyOf(body, length), 7, null);
            if (outcome.failure() == null) {
                assertThat(outcome.payloads())
                        .as("cut at %d", length)
                        .isEqualTo(payloads.subList(0, outcome.payloads().size()));
                assertThat(payloadsIn(Arrays.copyOf(body, length), payloads))
                        .as("payloads that had begun, cut at %d", length)
                        .isLessThanOrEqualTo(outcome.payloads().size());
            }
        }
    }

    /** The number of payloads with at least one character in the body. */
    private static int payloadsIn(byte[] body, List<Object> payloads) {
        String text = new String(body, StandardCharsets.UTF_8);
        int from = 0;
        int begun = 0;
        for (Object payload : payloads) {
            String sought = payload.toString();
            int at = text.indexOf(sought, from);
            if (at < 0) {
                return begun + (text.substring(from).contains("{") ? 1 : 0);
            }
            begun++;
            from = at + sought.length();
        }
        return begun;
    }
}
