package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.WeirException;
import dev.weir.filter.regex.RegexSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The output of a filter does not depend on the division into chunks, and agrees with a reference. */
@Tag("slow")
class ChunkingTest {
    private static final int ROUNDS = 1_000;
    private static final String[] LETTERS = {"a", "b", "ab", "A", " ", "1", "_", "\n", "가", "나", "😀", "🎈", "é"};

    private final Random random = new Random(5);

    private String text(int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    private String word() {
        String word = text(3);
        return word.isEmpty() ? "ab" : word;
    }

    @Test
    void wordsAreFoundLeftmostAndLongestHoweverTheTextIsCut() {
        for (int round = 0; round < ROUNDS; round++) {
            List<String> words = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                words.add(word());
            }
            boolean ignoreCase = random.nextBoolean();
            boolean wholeWords = random.nextInt(3) == 0;
            RunFilter filter =
                    Filtering.run(Filtering.redact("words", new WordList(words, ignoreCase, wholeWords), "#"));
            String text = text(30);
            Object[] chunks = Filtering.cut(text, random);

            String filtered = Filtering.joined(Filtering.through(filter, chunks));

            assertThat(filtered)
                    .as("%s without %s, in %s", text, words, List.of(chunks))
                    .isEqualTo(withoutWords(text, words, ignoreCase, wholeWords));
        }
    }

    private static String withoutWords(String text, List<String> words, boolean ignoreCase, boolean wholeWords) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int longest = 0;
            for (String word : words) {
                if (word.length() > longest
                        && text.regionMatches(ignoreCase, at, word, 0, word.length())
                        && (!wholeWords || (isEdge(text, at - 1) && isEdge(text, at + word.length())))) {
                    longest = word.length();
                }
            }
            out.append(longest > 0 ? "#" : text.substring(at, at + 1));
            at += Math.max(1, longest);
        }
        return out.toString();
    }

    private static boolean isEdge(String text, int at) {
        return at < 0 || at >= text.length() || !(Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_');
    }

    private String pattern(int depth) {
        String some = switch (random.nextInt(depth == 0 ? 8 : 11)) {
            case 0 -> "a";
            case 1 -> "b";
            case 2 -> "[ab]";
            case 3 -> "[^a\\n]";
            case 4 -> "😀";
            case 5 -> ".";
            case 6 -> "\\w";
            case 7 -> depth > 2 ? "\\b" : "가";
            case 8 -> "(" + pattern(depth - 1) + "|" + pattern(depth - 1) + ")";
            case 9 -> pattern(depth - 1) + pattern(depth - 1);
            default ->
                "(" + pattern(depth - 1) + ")"
                        + new String[] {"*", "+", "?", "{2}", "{1,3}", "{2,}"}[random.nextInt(6)];
        };
        return some;
    }

    @Test
    void patternsAreFoundLeftmostAndLongestHoweverTheTextIsCut() {
        int tried = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String edge = random.nextInt(4) == 0 ? "\\b" : "";
            String pattern = edge
                    + pattern(3)
                    + pattern(2)
                    + (random.nextInt(4) == 0 ? "\\b" : random.nextInt(6) == 0 ? "$" : "");
            int longest = 1 + random.nextInt(8);
            Regex regex;
            try {
                regex = Regex.of(pattern, false, longest);
            } catch (RegexSyntaxException e) {
                continue;
            }
            tried++;
            String text = text(25);
            Object[] chunks = Filtering.cut(text, random);

            String filtered =
                    Filtering.joined(Filtering.through(Filtering.run(Filtering.redact("regex", regex, "#")), chunks));

            assertThat(filtered)
                    .as("%s without %s of at most %s, in %s", text, pattern, longest, List.of(chunks))
                    .isEqualTo(withoutPattern(text, pattern, longest));
        }
        assertThat(tried).isGreaterThan(ROUNDS / 3);
    }

    /** The result of Java's engine for every beginning and end. Its \b and $ are replaced: they have another meaning. */
    private static String withoutPattern(String text, String pattern, int longest) {
        String word = "[0-9A-Za-z_]";
        String edge = "(?:(?<=" + word + ")(?!" + word + ")|(?<!" + word + ")(?=" + word + "))";
        java.util.regex.Matcher matcher = Pattern.compile(
                        pattern.replace("\\b", edge).replaceAll("\\$$", "\\\\z").replaceAll("(?<!\\\\)\\.", "[^\\\\n]"))
                .matcher(text)
                .useTransparentBounds(true)
                .useAnchoringBounds(false);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int end = at;
            for (int to = at, points = 0; to < text.length() && points < longest; points++) {
                to = text.offsetByCodePoints(to, 1);
                if (matcher.region(at, to).matches()) {
                    end = to;
                }
            }
            int next = end > at ? end : text.offsetByCodePoints(at, 1);
            out.append(end > at ? "#" : text.substring(at, next));
            at = next;
        }
        return out.toString();
    }

    @Test
    void severalFiltersOneAfterTheOtherAreTheSameHoweverTheTextIsCut() {
        for (int round = 0; round < ROUNDS; round++) {
            OutputFilter[] filters = {
                Filtering.redact("one", new WordList(List.of(word(), word()), true, false), "b"),
                Filtering.redact("two", Filtering.regex("[ab]+1|가+나", 6), ""),
                Filtering.redact("three", new WordList(List.of("bb", "#", "\n"), false, false), "😀")
            };
            String text = text(40);
            Object[] chunks = Filtering.cut(text, random);

            String filtered = Filtering.joined(Filtering.through(Filtering.run(filters), chunks));

            assertThat(filtered)
                    .as("%s in %s", text, List.of(chunks))
                    .isEqualTo(Filtering.whole(Filtering.run(filters), text));
        }
    }

    @Test
    void aTextIsBlockedHoweverItIsCutOrNotAtAll() {
        for (int round = 0; round < ROUNDS; round++) {
            String text = text(30);
            OutputFilter filter = Filtering.block("no", new WordList(List.of("ab", "가😀"), false, false));
            Object[] chunks = Filtering.cut(text, random);

            WeirException refused =
                    catchThrowableOfType(WeirException.class, () -> Filtering.through(Filtering.run(filter), chunks));

            assertThat(refused != null).isEqualTo(text.contains("ab") || text.contains("가😀"));
        }
    }

    @Test
    void objectsKeepTheirTextsHoweverTheseAreCut() {
        for (int round = 0; round < ROUNDS; round++) {
            OutputFilter[] filters = {Filtering.words("ab", "가나", "b1"), Filtering.pattern("[ab]{2,5}\\b")};
            String text = text(30);
            Object[] pieces = Filtering.cut(text, random);
            Object[] chunks = new Object[pieces.length];
            for (int i = 0; i < pieces.length; i++) {
                chunks[i] = Map.of("id", "ab", "delta", Map.of("content", pieces[i]));
            }

            List<Object> out = Filtering.through(Filtering.run(filters), chunks);

            StringBuilder filtered = new StringBuilder();
            out.forEach(chunk -> filtered.append(((Map<?, ?>) ((Map<?, ?>) chunk).get("delta")).get("content")));
            assertThat(out).hasSameSizeAs(chunks);
            assertThat(filtered.toString())
                    .as("%s in %s", text, List.of(pieces))
                    .isEqualTo(Filtering.whole(Filtering.run(filters), text));
        }
    }
}
