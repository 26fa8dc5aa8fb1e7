package dev.weir.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Chunks with their golden bytes in {@code golden/wire}, one file for each format; a large case has its SHA-256 and its
 * length. The files were written from the contract, not by the framing.
 *
 * @param chunks the payloads of an upstream, each as JSON
 * @param text the text that a standard parser rebuilds from {@code sse-text}
 */
public record WireCase(String name, List<String> chunks, String text) {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/wire");
    private static final int MEGABYTE = 1 << 20;

    /** Cases that can follow each other in one stream. */
    public static List<WireCase> inOneStream() {
        return List.of(
                of("leading-space", " upon"),
                of("a-story", "Once", " upon", " a", " time"),
                of("line-feed", "\n"),
                of("two-line-feeds", "\n\n"),
                of("line-feed-at-the-end", "a\n"),
                of("line-feed-at-the-start", "\nb"),
                of("carriage-return-and-line-feed", "a\r\nb"),
                of("carriage-return", "a\rb"),
                of("carriage-return-and-line-feed-in-two-chunks", "a\r", "\nb"),
                of("spaces-and-tabs", " ", "  a  ", "\t"),
                of("korean", "옛날", " 옛적에, 한 마을에"),
                of("emoji", "👩‍👩‍👧", " 🎉"),
                of("surrogate-pair-in-two-chunks", "a\uD83C", "\uDF89b"),
                of("other-line-separators", "a\u2028b\u2029c\u0085d\u000Be"),
                of("byte-order-mark", "\uFEFFa"),
                of("fields-and-comments", "data: x", "event: error", ": no comment", "id: 7\nretry: 1", "[DONE]"),
                json(
                        "json-object",
                        "{\"token\":\" upon\",\"of\":[1,2.5,true,null],\"text\":\"a\\n\\\"b\\\"\\\\\",\"empty\":{}}"),
                json("other-json", "[]", "7", "-0.25", "false"),
                new WireCase("null", List.of("\"a\"", "null", "\"b\""), "ab"),
                of("empty", "a", "", "b"),
                of("one-megabyte-of-lines", "0123456789abcde\n".repeat(MEGABYTE / 16)),
                of("one-megabyte-in-a-line", "abcdefgh가🎉 ".repeat(MEGABYTE / 16)));
    }

    /** The case that needs the end of the stream after it. */
    public static WireCase atTheEnd() {
        return new WireCase("half-a-surrogate-pair", List.of("\"a\\ud83c\""), "a\uFFFD");
    }

    private static WireCase of(String name, String... texts) {
        String joined = String.join("", texts).replace("\r\n", "\n").replace('\r', '\n');
        return new WireCase(name, Arrays.stream(texts).map(Json::write).toList(), joined);
    }

    private static WireCase json(String name, String... values) {
        return new WireCase(name, List.of(values), String.join("", values));
    }

    /** Checks that {@code wire} has this case's bytes in that format at {@code from}. Returns their number. */
    public int requireIn(byte[] wire, int from, String format) throws IOException {
        Path exact = GOLDEN.resolve(name + "." + format);
        if (Files.exists(exact)) {
            byte[] bytes = Files.readAllBytes(exact);
            assertThat(text(part(wire, from, bytes.length))).as(name).isEqualTo(text(bytes));
            return bytes.length;
        }
        String[] hashAndSize = Files.readString(GOLDEN.resolve(name + "." + format + ".sha256"))
                .strip()
                .split("  ", -1);
        byte[] bytes = part(wire, from, Integer.parseInt(hashAndSize[1]));
        assertThat(sha256(bytes)).as(name).isEqualTo(hashAndSize[0]);
        return bytes.length;
    }

    /** The JSON values of the chunks that are sent, in order. */
    public List<Object> values() {
        return chunks.stream()
                .filter(chunk -> !chunk.equals("null"))
                .map(Json::parse)
                .toList();
    }

    private static byte[] part(byte[] wire, int from, int length) {
        return Arrays.copyOfRange(wire, from, Math.min(wire.length, from + length));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
