package dev.weir.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The streaming chapter of the model-compose guide. Its programs and configurations run as printed. */
final class Guide {
    private static final Path CHAPTER = Path.of("src/test/resources/config/streaming-chapter.md");

    private Guide() {}

    /**
     * The blocks of code of one section, in order.
     *
     * @param section its number, such as {@code 11.4.2}
     * @param language the language of the blocks, such as {@code javascript}
     */
    static List<String> blocks(String section, String language) throws IOException {
        Matcher text = Pattern.compile("(?ms)^#+ " + Pattern.quote(section) + " .*?(?=^##|\\z)")
                .matcher(Files.readString(CHAPTER));
        if (!text.find()) {
            throw new AssertionError("the chapter has no section " + section);
        }
        return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```")
                .matcher(text.group())
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** The only block of a section that contains {@code part}. */
    static String block(String section, String language, String part) throws IOException {
        List<String> blocks = blocks(section, language).stream()
                .filter(block -> block.contains(part))
                .toList();
        if (blocks.size() != 1) {
            throw new AssertionError(blocks.size() + " blocks of section " + section + " have '" + part + "' in them");
        }
        return blocks.get(0);
    }
}
