package dev.weir.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Random faults in a JSON text: values are replaced by other values, and characters by other characters. */
public final class JsonMutation {
    private static final Pattern VALUE =
            Pattern.compile("(?<=: |:)(?:\"(?:[^\"\\\\]|\\\\.)*\"|[-0-9.eE+]+|true|false|null)");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "-1",
            "1",
            "2147483647",
            "2147483648",
            "-9223372036854775809",
            "1e400",
            "-1e400",
            "1e-400",
            "1e-300000000",
            "0.5",
            "NaN",
            "Infinity",
            "-Infinity",
            "\"\"",
            "\"text\"",
            "\"\\ud800\"",
            "[]",
            "[[]]",
            "{}",
            "[1, \"a\", null]",
            "{\"a\": {\"b\": 1}}",
            "[".repeat(200) + "]".repeat(200),
            "9".repeat(2000));
    private static final List<String> PIECES = List.of(
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\ufeff", "\u0000", "NaN", "-", "1e", "\ud83d\udc69");

    private JsonMutation() {}

    /** {@code json} with one to four faults. */
    public static String of(String json, Random random) {
        String text = json;
        for (int i = random.nextInt(4); i >= 0; i--) {
            text = random.nextInt(3) == 0 ? characters(text, random) : value(text, random);
        }
        return text;
    }

    /** Writes {@code json} with faults to a file. */
    public static void write(Path file, String json, Random random) throws IOException {
        Files.write(file, of(json, random).getBytes(StandardCharsets.UTF_8));
    }

    private static String value(String json, Random random) {
        List<MatchResult> places = VALUE.matcher(json).results().toList();
        if (places.isEmpty()) {
            return characters(json, random);
        }
        MatchResult place = places.get(random.nextInt(places.size()));
        return json.substring(0, place.start())
                + VALUES.get(random.nextInt(VALUES.size()))
                + json.substring(place.end());
    }

    private static String characters(String json, Random random) {
        int at = random.nextInt(json.length() + 1);
        int end = Math.min(json.length(), at + random.nextInt(6));
        return json.substring(0, at)
                + PIECES.get(random.nextInt(PIECES.size()))
                + json.substring(random.nextBoolean() ? at : end);
    }
}
