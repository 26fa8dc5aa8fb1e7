package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.component.http.CallFixture.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One answer of an upstream and the result of a run, a row of the table.
 *
 * @param component the component of {@link #yaml} that reads it
 * @param headers its headers, each {@code Name: value}
 * @param expected see the head of the table
 * @param escapedBody see the head of the table
 */
record UpstreamCase(String name, String component, List<String> headers, String expected, String escapedBody) {
    private static final Path TABLE = Path.of("src/test/resources/http/upstream-cases.txt");
    private static final String A_OR_AN_ERROR = ", or an error that shows it";

    static Stream<UpstreamCase> table() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> line.split("\t", -1))
                .map(cells -> new UpstreamCase(cells[0], cells[1], headers(cells[2]), cells[3], cells[4]));
    }

    private static List<String> headers(String cell) {
        return cell.isEmpty() ? List.of() : List.of(cell.split("; (?=[A-Z][A-Za-z-]*:)"));
    }

    byte[] body() {
        String text = escapedBody
                .replace("{A}", FakeUpstream.openAi("A").replace("\n", "\\n"))
                .replace("{B}", FakeUpstream.openAi("B").replace("\n", "\\n"))
                .replace("{DONE}", "data: [DONE]\\n\\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                int end = text.offsetByCodePoints(i, 1);
                bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end - 1;
                continue;
            }
            switch (text.charAt(++i)) {
                case 'n' -> bytes.write('\n');
                case 'r' -> bytes.write('\r');
                case 'x' -> {
                    bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> bytes.write(text.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    /** The component that reads this answer from {@code url}, with {@code more} of its keys. */
    static String yaml(String component, String url, String... more) {
        String output = switch (component) {
            case "chat" -> "${response[].choices[0].delta.content}";
            case "responses" -> "${response[].delta}";
            case "anthropic" -> "${response[].delta.text}";
            case "ollama" -> "${response[].message.content}";
            case "gemini" -> "${response[].candidates[0].content.parts[0].text}";
            case "text" -> "${response[]}";
            case "whole" -> "${response.choices[0].message.content}";
            case "plain" -> "${response}";
            default -> throw new IllegalArgumentException(component);
        };
        String format =
                output.contains("[]") ? "  stream_format: " + (component.equals("text") ? "text" : "json") + "\n" : "";
        return "component:\n  type: http-client\n  endpoint: " + url + "/v1\n  body: {a: 1}\n  timeout: 10s\n" + format
                + "  output: "
                + output + "\n"
                + Stream.of(more).map(line -> "  " + line + "\n").reduce("", String::concat);
    }

    boolean isEncoded() {
        return headers.stream().anyMatch(header -> header.startsWith("Content-Encoding:"));
    }

    /** Its media type, empty if it has none. */
    String contentType() {
        return headers.stream()
                .filter(header -> header.startsWith("Content-Type: "))
                .map(header -> header.substring("Content-Type: ".length()))
                .findFirst()
                .orElse("");
    }

    /** Compares the outcome of a run with the expected outcome. */
    void check(Outcome outcome) {
        String text =
                String.join("", outcome.chunks().stream().map(String::valueOf).toList());
        if (expected.endsWith(A_OR_AN_ERROR)) {
            String shown = expected.substring(0, expected.length() - A_OR_AN_ERROR.length());
            assertThat(outcome.failure() == null ? text : outcome.failure().detail())
                    .contains(shown);
            return;
        }
        @Nullable
        String end = expected.endsWith("an error") ? "an error" : expected.endsWith("cut short") ? "cut short" : null;
        String before = end == null
                ? expected
                : expected.substring(0, expected.length() - end.length()).replaceFirst(", then $", "");
        assertThat(text).isEqualTo(before.equals("nothing") ? "" : before);
        if (end == null) {
            assertThat(outcome.failure()).isNull();
        } else {
            assertThat(outcome.failure()).as("the failure").isNotNull();
            assertThat(outcome.failure().code().status()).isEqualTo(502);
            if (end.equals("cut short")) {
                assertThat(outcome.failure().code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
