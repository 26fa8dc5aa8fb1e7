package dev.weir.config.reader;

import dev.weir.config.yaml.Location;
import dev.weir.config.yaml.ProblemList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code .env} file as python-dotenv does: {@code NAME=value}, an optional {@code export}, {@code #} comments.
 *
 * <p>Values in single quotes (with {@code \'} and {@code \\}) or double quotes (with the escapes of Python) may have
 * several lines. Unquoted values end at {@code " #"}. A name without {@code =} is ignored. Nothing is expanded: a {@code $}
 * stays.
 *
 * <p>An unreadable line is only a warning: a variable that is needed and missing is reported anyway.
 */
final class DotEnv {
    private static final long MAX_BYTES = 1 << 20;
    private static final char NOT_UTF_8 = '\uFFFD';

    private final Path file;
    private final String text;
    private final ProblemList problems;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private int at;
    private int line = 1;
    private int lineCounted;

    private DotEnv(Path file, String text, ProblemList problems) {
        this.file = file;
        this.text = text;
        this.problems = problems;
    }

    /** The variables of {@code .env} in a folder; none if there is no such file. */
    static Map<String, String> read(Path folder, ProblemList problems) {
        Path file = folder.resolve(".env");
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        Location start = new Location(file, 1, 1);
        try {
            if (Files.size(file) > MAX_BYTES) {
                problems.warning(
                        start, "", "the file is too large (at most 1 MiB) and is not read", "keep variables only");
                return Map.of();
            }
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > 1 && ((bytes[0] == -1 && bytes[1] == -2) || (bytes[0] == -2 && bytes[1] == -1))) {
                problems.warning(start, "", "the file is UTF-16 and is not read", "save it as UTF-8");
                return Map.of();
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            DotEnv reader = new DotEnv(file, text.startsWith("\uFEFF") ? text.substring(1) : text, problems);
            reader.parse();
            return reader.variables;
        } catch (IOException e) {
            problems.warning(start, "", "the file cannot be read: " + e.getMessage(), "check its permissions");
            return Map.of();
        }
    }

    private void parse() {
        while (true) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return;
            }
            int begin = at;
            if (!binding()) {
                warn(begin, "the line is not NAME=value", "write NAME=value, with both quotes or none");
                restOfLine();
            }
        }
    }

    private void warn(int place, String message, String remedy) {
        for (; lineCounted < place; lineCounted++) {
            if (text.charAt(lineCounted) == '\n'
                    || (text.charAt(lineCounted) == '\r' && !text.startsWith("\n", lineCounted + 1))) {
                line++;
            }
        }
        problems.warning(new Location(file, line, 1), "", message + " and is ignored", remedy);
    }

    /** Reads a variable or a comment and the rest of its line. Returns false, at any place in the line, if there is neither. */
    private boolean binding() {
        int begin = at;
        if (peek() == '#') {
            restOfLine();
            return true;
        }
        if (text.startsWith("export", at) && isBlank(at + 6)) {
            at += 6;
            blanks();
        }
        String name = name();
        if (name == null) {
            return false;
        }
        blanks();
        String value = null;
        if (peek() == '=') {
            at++;
            blanks();
            boolean quoted = peek() == '\'' || peek() == '"';
            value = quoted ? quoted(text.charAt(at)) : unquoted();
            if (value == null) {
                return false;
            }
        }
        blanks();
        if (peek() == '#') {
            restOfLine();
        } else if (!isLineEnd(at)) {
            return false;
        }
        if (text.substring(begin, at).indexOf(NOT_UTF_8) >= 0) {
            warn(begin, "this line is not UTF-8", "save the file as UTF-8");
        } else if (value != null) {
            variables.put(name, value);
        }
        return true;
    }

    private @Nullable String name() {
        if (peek() == '\'') {
            int end = text.indexOf('\'', at + 1);
            int lineEnd = lineEnd();
            if (end < 0 || end > lineEnd || end == at + 1) {
                return null;
            }
            String name = text.substring(at + 1, end);
            at = end + 1;
            return name;
        }
        int begin = at;
        while (!isLineEnd(at) && !isBlank(at) && text.charAt(at) != '=' && text.charAt(at) != '#') {
            at++;
        }
        return at == begin ? null : text.substring(begin, at);
    }

    /** Reads a text in quotes, which may have several lines. Returns null and does not move if the quotes are not closed. */
    private @Nullable String quoted(char quote) {
        StringBuilder value = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                at = i + 1;
                return value.toString();
            }
            if (c != '\\' || i + 1 == text.length()) {
                value.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            int meant = quote == '"' ? "\\'\"abfnrtv".indexOf(escaped) : "\\'".indexOf(escaped);
            if (meant >= 0) {
                value.append("\\'\"\u0007\b\f\n\r\t\u000B".charAt(meant));
            } else {
                value.append('\\').append(escaped);
            }
        }
        return null;
    }

    private String unquoted() {
        int end = lineEnd();
        String value = text.substring(at, end);
        at = end;
        for (int i = 1; i < value.length(); i++) {
            if (value.charAt(i) == '#' && Character.isWhitespace(value.charAt(i - 1))) {
                return value.substring(0, i).strip();
            }
        }
        return value.strip();
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean isLineEnd(int index) {
        return index >= text.length() || text.charAt(index) == '\n' || text.charAt(index) == '\r';
    }

    private boolean isBlank(int index) {
        return !isLineEnd(index) && Character.isWhitespace(text.charAt(index));
    }

    private void blanks() {
        while (isBlank(at)) {
            at++;
        }
    }

    private int lineEnd() {
        int end = at;
        while (!isLineEnd(end)) {
            end++;
        }
        return end;
    }

    private void restOfLine() {
        at = lineEnd();
    }
}
