package dev.weir.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;

/** The text of one configuration file, for finding places in it. */
record SourceText(Path file, String text) {

    /** The place of a char, given as an index. */
    Location location(int index) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < index; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new Location(file, line, text.codePointCount(lineStart, index) + 1);
    }

    /** The place that SnakeYAML marks. */
    Location location(@Nullable Mark mark) {
        return mark == null ? new Location(file, 1, 1) : new Location(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** The index of the code point with a number. */
    int index(int codePoint) {
        int index = 0;
        for (int i = 0; i < codePoint && index < text.length(); i++) {
            index += Character.charCount(text.codePointAt(index));
        }
        return index;
    }

    /**
     * Where the {@code offset}-th char of a scalar's value stands, whose notation starts at a code point. Quotes, escapes,
     * indentation and folded line breaks are stepped over, so the place is exact for everything but exotic escapes.
     */
    Location location(int start, String value, int offset) {
        int raw = contentStart(index(start));
        for (int i = 0; i < offset && raw < text.length(); ) {
            char written = text.charAt(raw);
            char meant = value.charAt(i);
            if (written == meant) {
                raw += written == '\'' && text.startsWith("''", raw) ? 2 : 1;
                i++;
            } else if (Character.isWhitespace(meant) && !Character.isWhitespace(written)) {
                i++; // A break that the notation does not show, or an escaped one.
                raw += written == '\\' ? 2 : 0;
            } else {
                raw++;
            }
        }
        while (raw < text.length() && offset < value.length() && text.charAt(raw) != value.charAt(offset)) {
            raw++;
        }
        return location(Math.min(raw, text.length()));
    }

    /** Behind an opening quote, or behind the header line of a block scalar. */
    private int contentStart(int start) {
        if (start >= text.length()) {
            return start;
        }
        char first = text.charAt(start);
        if (first == '|' || first == '>') {
            int lineEnd = text.indexOf('\n', start);
            return lineEnd < 0 ? text.length() : lineEnd + 1;
        }
        return first == '\'' || first == '"' ? start + 1 : start;
    }
}
