package dev.weir.component.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.config.SplitterLanguage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TextSplitterTest {
    private static final int MANY = 1 << 24;

    private static List<String> split(String text, List<String> separators, int size, int overlap, boolean joins) {
        TextSplitter splitter = new TextSplitter(new TextSplitter.Rule(separators, size, overlap, joins), MANY);
        assertThat(splitter.add(text)).isEmpty();
        List<String> chunks = new ArrayList<>();
        splitter.end().forEach(chunks::add);
        return chunks;
    }

    private static List<String> split(String text, int size, int overlap) {
        return split(text, SplitterLanguage.PLAIN_TEXT, size, overlap, true);
    }

    /** Sizes, overlaps and the chunks, with {@code ~} for a space and {@code /} for a line feed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            one~two~three~four      | 10 | 0 | one~two,~three,~four
            one~two~three~four      | 10 | 4 | one~two,~two~three,~four
            one~two~three~four      | 14 | 6 | one~two~three,~three~four
            one/two//three          | 10 | 0 | one/two,//three
            one~two//three~four     | 8  | 0 | one~two,//three,~four
            abcdefghij              | 4  | 0 | abcd,efgh,ij
            abcdefghij              | 4  | 2 | abcd,cdef,efgh,ghij
            abcdefghij              | 4  | 4 | abcd,bcde,cdef,defg,efgh,fghi,ghij
            a~bcdefgh~i             | 4  | 0 | a,~bcd,efgh,~i
            short                   | 10 | 5 | short
            가나다~라마바~사        | 4  | 0 | 가나다,~라마바,~사
            """)
    void partsAreJoinedUpToTheSize(String text, int size, int overlap, String chunks) {
        List<String> expected =
                List.of(chunks.replace('~', ' ').replace('/', '\n').split(",", -1));

        assertThat(split(text.replace('~', ' ').replace('/', '\n'), size, overlap))
                .isEqualTo(expected);
    }

    @Test
    void anEmptyTextHasNoChunk() {
        assertThat(split("", 10, 0)).isEmpty();
    }

    @Test
    void withoutJoiningEachPartIsAChunk() {
        assertThat(split("a\n\nb c\n\nd", SplitterLanguage.PLAIN_TEXT, 10, 5, false))
                .containsExactly("a", "\n\nb c", "\n\nd");
        assertThat(split("abcdef", SplitterLanguage.PLAIN_TEXT, 4, 0, false)).containsExactly("abcd", "ef");
    }

    @Test
    void aPartWithoutASeparatorIsAChunkWhateverItsSize() {
        assertThat(split("long-word and-another", List.of(" "), 5, 0, true))
                .containsExactly("long-word", " and-another");
        assertThat(split("word", List.of("/"), 2, 0, true)).containsExactly("word");
    }

    @Test
    void noSurrogatePairIsSplit() {
        assertThat(split("😀😁😂🤣😃", 2, 0)).containsExactly("😀😁", "😂🤣", "😃");
        assertThat(split("😀😁😂", 2, 1)).containsExactly("😀😁", "😁😂");
    }

    @ParameterizedTest
    @EnumSource(SplitterLanguage.class)
    void everyLanguageSplitsAtItsSeparators(SplitterLanguage language) {
        String first = language.separators().get(0);
        String text = "x".repeat(30) + first + "y".repeat(30);

        assertThat(split(text, language.separators(), 50, 0, true))
                .containsExactly("x".repeat(30), first + "y".repeat(30));
    }

    /** Without overlap the chunks are the text; with overlap each chunk continues the text where it was, in order. */
    @Test
    void randomTextsAreWholeAndWithinTheSize() {
        String[] separators = {" ", "\n", "\n\n", "  "};
        Random random = new Random(3);
        for (int run = 0; run < 5_000; run++) {
            StringBuilder built = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                // Every letter is another one, so that a chunk has one place in the text.
                built.appendCodePoint((random.nextInt(4) == 0 ? 0x1F300 : 0xAC00) + i);
                built.append(random.nextInt(3) == 0 ? separators[random.nextInt(separators.length)] : "");
            }
            String text = built.toString();
            int size = 1 + random.nextInt(12);
            int overlap = random.nextInt(size + 1);

            assertThat(String.join("", split(text, size, 0))).isEqualTo(text);
            int from = 0;
            for (String chunk : split(text, size, overlap)) {
                assertThat(chunk.codePointCount(0, chunk.length())).as(text).isBetween(1, size);
                int at = chunk.isBlank() ? from : text.indexOf(chunk);
                assertThat(at).as(text).isBetween(0, from);
                from = Math.max(from, at + chunk.length());
            }
            assertThat(from).isEqualTo(text.length());
        }
    }

    @Test
    void theChunksAreMadeWhileTheyAreRead() {
        TextSplitter splitter = new TextSplitter(new TextSplitter.Rule(List.of(""), 1_000, 999, true), MANY);
        splitter.add("x".repeat(1_000_000));
        Iterator<String> chunks = splitter.end().iterator();

        for (int i = 0; i < 100; i++) {
            assertThat(chunks.next()).hasSize(1_000);
        }
    }

    @Test
    void aTextOfPiecesIsBounded() {
        TextSplitter splitter = new TextSplitter(new TextSplitter.Rule(List.of(" "), 10, 0, true), 8);
        splitter.add("12345");

        assertThatThrownBy(() -> splitter.add("6789"))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTPUT_TOO_LARGE))
                .hasMessage("the text to split is too large (at most 8 characters, weir.task.max-output)");
    }
}
