package dev.weir.api.form;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.WeirException;
import dev.weir.files.TemporaryFolder;
import dev.weir.fuzz.Fuzz;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies and queries of valid parts in random order, with bytes that are not characters. */
@Tag("fuzz")
class RunRequestFuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final BodyLimits LIMITS = new BodyLimits(1 << 20, 1000, 10_000, 3);
    private static final int ODD_BYTES = 12;

    private static final List<String> JSON = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"input\"",
            "\"workflow_id\"",
            "\"output_only\"",
            "\"wait_for_completion\"",
            "{\"input\":",
            "true",
            "null",
            "0",
            "-",
            "1e999999999",
            "1e-999999999",
            "1.5",
            "\\",
            "\\u",
            "\\uD83D",
            "\\n",
            "x",
            " ",
            "\n",
            "\uFEFF",
            "한",
            "\"a\":1",
            "{}",
            "\u0000");
    private static final List<String> FORM = List.of(
            "input",
            "[a]",
            "[]",
            "[",
            "]",
            "input[a]",
            "input[a][b]",
            "workflow_id",
            "output_only",
            "=",
            "&",
            "%",
            "%ED%95%9C",
            "%FF",
            "%0",
            "+",
            "true",
            "{\"a\":1}",
            "한",
            ";",
            "&&",
            "==");
    private static final List<String> MULTIPART = List.of(
            "--b",
            "--b\r\n",
            "--b--",
            "--",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "Content-Disposition: form-data; ",
            "name=\"input[a]\"",
            "name=input",
            "; filename=\"f\"",
            "; filename*=UTF-8''%ED%95%9C",
            "; filename*=x",
            "Content-Type: application/json\r\n",
            "Content-Type: image/png\r\n",
            "Content-Type: text/plain;charset=euc-kr\r\n",
            "Content-Type: /\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "{\"a\":1}",
            "x",
            "\"",
            "\\",
            ";",
            ":",
            "한",
            "--b\r\nContent-Disposition: form-data; name=\"input[x]\"\r\n\r\n");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json;charset=utf-16",
            "application/json;charset=euc-kr",
            "application/json;charset=\"",
            "application/merge-patch+json",
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded;charset=none",
            "multipart/form-data;boundary=b",
            "multipart/form-data",
            "multipart/form-data;boundary=\"\"",
            "text/plain",
            "garbage",
            "");

    @TempDir
    Path temporary;

    private static byte[] bytes(Random random, List<String> pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i >= 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        for (int i = random.nextInt(ODD_BYTES) - ODD_BYTES + 3; i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    @Test
    void aBodyIsReadOrRefusedAsTheClientsFault() {
        TemporaryFolder folder = new TemporaryFolder(temporary);
        Fuzz.run("bodies", LIMIT, random -> {
            List<String> pieces = List.of(JSON, FORM, MULTIPART).get(random.nextInt(3));
            List<String> types =
                    pieces == JSON ? TYPES.subList(0, 5) : pieces == FORM ? TYPES.subList(5, 7) : TYPES.subList(7, 8);
            String type = random.nextInt(8) == 0
                    ? TYPES.get(random.nextInt(TYPES.size()))
                    : types.get(random.nextInt(types.size()));
            Uploads uploads = new Uploads(new BodyBudget(1 << 20).share(), folder);
            try {
                RunRequest.read(type, new ByteArrayInputStream(bytes(random, pieces)), LIMITS, uploads);
            } catch (WeirException e) {
                assertThat(e.code().status()).isBetween(400, 499);
            } finally {
                uploads.close();
            }
        });
        folder.close();
    }

    @Test
    void aQueryIsReadOrRefusedAsTheClientsFault() {
        Fuzz.run("queries", LIMIT, random -> {
            String raw = new String(bytes(random, random.nextBoolean() ? FORM : JSON), StandardCharsets.ISO_8859_1);
            Query query = new Query(random.nextBoolean() ? raw : "input=" + raw);
            try {
                RunRequest.query(query, LIMITS);
                query.flag("output_only", true);
            } catch (WeirException e) {
                assertThat(e.code().status()).isBetween(400, 499);
            }
        });
    }
}
