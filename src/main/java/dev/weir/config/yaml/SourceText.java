package dev.weir.config.yaml;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;

/** The text of one configuration file, with indices that find places without a scan of the text. Immutable. */
public final class SourceText {
    /** The distance, in code points, of the chars in {@code marks}. */
    private static final int STEP = 256;

    private final Path file;
    private final String text;
    /** The index of the first char of each line. */
    private final int[] lines;
    /** The index of the char of the code points 0, {@value #STEP} and so on. */
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

    /** Returns the start of the first line with more than {@code most} chars; -1 if there is none. */
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

    /** Returns the number of the code point at a char's index. */
    private int codePoint(int index) {
        int found = Arrays.binarySearch(marks, index);
        int mark = found >= 0 ? found : -found - 2;
        while (mark > 0 && marks[mark - 1] == marks[mark]) {
            mark--;
        }
        return mark * STEP + text.codePointCount(marks[mark], index);
    }

    /** Returns the place of a mark of SnakeYAML; the start of the file for null. */
    Location location(@Nullable Mark mark) {
        return mark == null ? new Location(file, 1, 1) : new Location(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Returns the index of the first char of a code point, given by its number. */
    int index(int codePoint) {
        int index = marks[Math.min(codePoint / STEP, marks.length - 1)];
        for (int i = 0; i < codePoint % STEP && index < text.length(); i++) {
            index += Character.charCount(text.codePointAt(index));
        }
        return index;
    }

    /**
     * Returns the place of the char at {@code offset} of a scalar's value. The scalar's notation starts at code point
     * {@code start}.
     *
     * <p>Quotes, escapes, indentation and folded line breaks are skipped. The place is exact except for unusual escapes.
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
                i++; // A line break that the notation does not contain, or an escaped one.
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

    /** Returns the start of a scalar's content: behind an opening quote, or behind the header line of a block scalar. */
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
