package dev.weir.config.yaml;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;

/** The text of one configuration file, for finding places in it, each in a time that does not grow with the text. Immutable. */
public final class SourceText {
    /** Every so many code points the char of one is kept. */
    private static final int STEP = 256;

    private final Path file;
    private final String text;
    /** The chars at which lines begin. */
    private final int[] lines;
    /** The chars of the code points 0, {@value #STEP} and so on. */
    private final int[] marks;

    public SourceText(Path file, String text) {
        this.file = file;
        this.text = text;
        this.lines = IntStream.concat(
                        IntStream.of(0),
                        IntStream.range(0, text.length())
                                .filter(index -> text.charAt(index) == '\n')
                                .map(index -> index + 1))
                .toArray();
        this.marks = new int[text.length() / STEP + 1];
        int index = 0;
        for (int codePoint = 0; index < text.length(); codePoint++) {
            if (codePoint % STEP == 0) {
                marks[codePoint / STEP] = index;
            }
            index += Character.charCount(text.codePointAt(index));
        }
        int known = (text.codePointCount(0, text.length()) + STEP - 1) / STEP;
        Arrays.fill(marks, known, marks.length, text.length());
    }

    String text() {
        return text;
    }

    /** Where a line begins that has more than {@code most} chars; -1 if none has. */
    int lineLongerThan(int most) {
        for (int i = 0; i < lines.length; i++) {
            int end = i + 1 < lines.length ? lines[i + 1] : text.length();
            if (end - lines[i] > most) {
                return lines[i];
            }
        }
        return -1;
    }

    /** The place of a char, given as an index. */
    Location location(int index) {
        int found = Arrays.binarySearch(lines, index);
        int line = found >= 0 ? found : -found - 2;
        return new Location(file, line + 1, codePoint(index) - codePoint(lines[line]) + 1);
    }

    /** The number of the code point at a char. */
    private int codePoint(int index) {
        int found = Arrays.binarySearch(marks, index);
        int mark = found >= 0 ? found : -found - 2;
        while (mark > 0 && marks[mark - 1] == marks[mark]) {
            mark--;
        }
        return mark * STEP + text.codePointCount(marks[mark], index);
    }

    /** The place that SnakeYAML marks. */
    Location location(@Nullable Mark mark) {
        return mark == null ? new Location(file, 1, 1) : new Location(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** The index of the code point with a number. */
    int index(int codePoint) {
        int index = marks[Math.min(codePoint / STEP, marks.length - 1)];
        for (int i = 0; i < codePoint % STEP && index < text.length(); i++) {
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
