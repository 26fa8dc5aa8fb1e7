package dev.weir.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@code .env} file: {@code NAME=value} lines, {@code #} comments, an optional {@code export}. Values may stand in
 * single quotes (literally) or in double quotes (with {@code \n}, {@code \t}, {@code \"} and {@code \\}); unquoted ones end
 * at {@code " #"}. Nothing is expanded.
 */
final class DotEnv {
    private static final Pattern LINE = Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.]*)\\s*=\\s*(.*)");
    private static final Pattern SINGLE = Pattern.compile("'([^']*)'\\s*(#.*)?");
    private static final Pattern DOUBLE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"\\s*(#.*)?");
    private static final long MAX_BYTES = 1 << 20;

    private DotEnv() {}

    /** The variables of {@code .env} in a folder; none if there is no such file. Lines that are none are reported. */
    static Map<String, String> read(Path folder, Problems problems) {
        Path file = folder.resolve(".env");
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                problems.error(new Location(file, 1, 1), "", "the file is over 1 MiB", "keep variables only");
                return Map.of();
            }
            return parse(file, Files.readAllLines(file), problems);
        } catch (IOException e) {
            problems.error(
                    new Location(file, 1, 1), "", "the file cannot be read: " + e, "make it readable UTF-8 text");
            return Map.of();
        }
    }

    private static Map<String, String> parse(Path file, List<String> lines, Problems problems) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                variables.put(matcher.group(1), value(matcher.group(2)));
            } else if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                problems.error(new Location(file, i + 1, 1), "", "this line is not NAME=value", "write NAME=value");
            }
        }
        return variables;
    }

    private static String value(String written) {
        Matcher single = SINGLE.matcher(written);
        if (single.matches()) {
            return single.group(1);
        }
        Matcher quoted = DOUBLE.matcher(written);
        if (quoted.matches()) {
            return unescaped(quoted.group(1));
        }
        int comment = written.startsWith("#") ? 0 : written.indexOf(" #");
        return (comment < 0 ? written : written.substring(0, comment)).strip();
    }

    private static String unescaped(String text) {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                value.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            switch (escaped) {
                case 'n' -> value.append('\n');
                case 't' -> value.append('\t');
                case 'r' -> value.append('\r');
                case '"', '\\', '$' -> value.append(escaped);
                default -> value.append('\\').append(escaped);
            }
        }
        return value.toString();
    }
}
