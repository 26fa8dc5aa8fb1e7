package dev.weir.messages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The texts for users in the page's own scripts. */
final class ScriptTexts {
    private static final Pattern LITERAL =
            Pattern.compile("'((?:[^'\\\\\\n]|\\\\.)*)'|`((?:[^`\\\\\\n]|\\\\.)*)`|\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern COMMENT = Pattern.compile("(?s:/\\*.*?\\*/)|(?m:^\\s*//.*$)");

    /** An entry of a table of texts, such as {@code run: 'Run',}. */
    private static final Pattern ENTRY = Pattern.compile("(?m)^ {2}\\w+: ");

    private static final Pattern SENTENCE = Pattern.compile("^(?!Bearer )\\p{Lu}[\\p{L}’]*,?( [^ ]+)+$");
    private static final Pattern LETTER = Pattern.compile("\\p{L}");

    private ScriptTexts() {}

    /**
     * Reads the scripts of a folder, without its subfolders.
     *
     * @param table the name of the script that is a table of texts: all its texts count; in other scripts, only texts of
     *     several words that begin with an upper-case letter
     */
    static NavigableSet<String> of(Path folder, String table) throws IOException {
        List<Path> scripts;
        try (Stream<Path> files = Files.list(folder)) {
            scripts = files.filter(file -> file.toString().endsWith(".js")).toList();
        }
        NavigableSet<String> texts = new TreeSet<>();
        for (Path script : scripts) {
            String code = COMMENT.matcher(Files.readString(script)).replaceAll("");
            if (script.endsWith(table)) {
                entries(code, texts);
            } else {
                literals(code).filter(text -> SENTENCE.matcher(text).matches()).forEach(texts::add);
            }
        }
        return texts;
    }

    private static void entries(String code, NavigableSet<String> texts) {
        Matcher entry = ENTRY.matcher(code);
        Matcher literal = LITERAL.matcher(code);
        while (entry.find()) {
            if (literal.region(entry.end(), code.length()).lookingAt()) {
                String text = text(literal);
                if (LETTER.matcher(text).find()) {
                    texts.add(text);
                }
            }
        }
    }

    private static Stream<String> literals(String code) {
        return LITERAL.matcher(code).results().map(ScriptTexts::text);
    }

    private static String text(MatchResult literal) {
        for (int group = 1; group <= literal.groupCount(); group++) {
            if (literal.group(group) != null) {
                return literal.group(group).replace("\\'", "'");
            }
        }
        throw new AssertionError("no text in " + literal.group());
    }
}
