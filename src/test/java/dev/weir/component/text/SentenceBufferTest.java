package dev.weir.component.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceBufferTest {
    private static final int LONGEST = 1000;

    /** Texts with {@code |} at the end of each sentence but the last. */
    private static final String[] TEXTS = {
        // English: abbreviations, initials, numbers, addresses.
        "Dr. Smith went to Washington.| He arrived at 3 p.m. and left.",
        "He arrived at 3 p.m.| Then he left.",
        "Mr. and Mrs. Kim met Prof. Lee.| They talked.",
        "J. K. Rowling wrote it.| So did I.| Really.",
        "U.S. troops arrived.| They left the U.S.| It was cold.",
        "e.g. this one.| I.e. that. etc. and so on.",
        "See Fig. 3 and No. 5.| No.| I said no.",
        "It costs $3.50.| Version 1.2.3 is out.| See www.example.com.",
        "Open https://example.com/?q=Foo!bar now.| Go.",
        "Run ./path/to.file with Node.js and foo.Bar.| Done.",
        "One.Two.| Three",
        "On Dec. 5 it snowed.| On May 6. it rained.",
        "There were 5.| Three left.",
        // Quotes and brackets.
        "He said \"Stop!\"| Then he left.",
        "\"Stop!\" he said.| \"Go.\"| He went.",
        "“I am here.” she said.| ‘No.’| He left.",
        "Hello world.|  Next (really?).| Yes.",
        "(He left.)| [She stayed.]| Both smiled.",
        // Ellipses and several marks.
        "Wait... what?| No.",
        "Wait… what?| No.",
        "Wait...| What?| No!!| Never?!| Ever.",
        "Really? ... yes.",
        "He left.| (Maybe) They stayed. (maybe) Yes.|  $5",
        // Korean: endings, quotations with particles, ellipses, no white space.
        "안녕하세요.| 저는 학생입니다.| 반갑습니다!",
        "어디 가세요?| 집에 가요.| 그렇군요!| 네.| 알겠습니다.",
        "그는 \"정말이에요?\"라고 물었다.| 나는 웃었다.",
        "그는 “가자.”라며 일어섰다.| “그래.”| 그가 말했다.",
        "3.14는 원주율이다.| 맞다.",
        "끝났다.|그는 갔다.| 잘 가!|정말?",
        "오늘은 좋은 날이다…그런데 비가 온다.| 끝.",
        "글쎄...| 잘 모르겠어.| 그건…| 비밀이야.",
        "U.S.는 미국이다.| Node.js를 쓴다.| Yahoo!는 회사다.",
        "2026. 1. 15. 회의가 열렸다.| 2026.1.16. 끝났다.| 점수는 15.| 그는 웃었다.",
        "1. 첫째 항목이다.| 2. 둘째 항목이다.",
        "1.첫째 항목이다.| 다음.",
        "한국어와 English를 섞어 쓴다.| It works!| 좋아요!😀| 다음 문장.",
        // Lines and Markdown.
        "Title\n|first line\n|\n|second",
        "A\r\n|B\r|C",
        "**Bold.**| Next one.",
        "**볼드.**| 다음 문장.",
        "- 항목 하나\n|- 항목 둘",
        // Other scripts.
        "こんにちは。|元気ですか？|はい！",
        "彼は「はい。」と言った。|終わり。",
        "你好。|再见！|真的吗？",
        "यह है।| वह था॥| अंत",
        "no end here",
        "   ",
        "...",
        "",
    };

    private static List<String> expected(String text) {
        return Arrays.stream(text.split("\\|", -1))
                .map(String::strip)
                .filter(sentence -> !sentence.isEmpty())
                .toList();
    }

    private static List<String> split(SentenceBuffer buffer, Iterable<String> pieces) {
        List<String> sentences = new ArrayList<>();
        pieces.forEach(piece -> sentences.addAll(buffer.add(piece)));
        sentences.addAll(buffer.end());
        return sentences;
    }

    static List<String> texts() {
        return List.of(TEXTS);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void aTextIsCutAtTheEndsOfItsSentences(String marked) {
        String text = marked.replace("|", "");

        assertThat(split(new SentenceBuffer(0, LONGEST), List.of(text))).isEqualTo(expected(marked));
    }

    /** However the text is cut into pieces, the sentences are the same; nothing that was given early changes later. */
    @ParameterizedTest
    @MethodSource("texts")
    void thePiecesOfTheTextDoNotMatter(String marked) {
        String text = marked.replace("|", "");
        Random random = new Random(5);
        for (int run = 0; run < 50; run++) {
            List<String> pieces = new ArrayList<>();
            for (int from = 0; from < text.length(); ) {
                int to = Math.min(text.length(), from + 1 + (run == 0 ? 0 : random.nextInt(6)));
                pieces.add(text.substring(from, to));
                from = to;
            }
            assertThat(split(new SentenceBuffer(0, LONGEST), pieces)).isEqualTo(expected(marked));
        }
    }

    @Test
    void randomTextsGiveTheSameSentencesInOnePieceAndInMany() {
        String[] parts = {
            "a", "B", "가", "다", ".", ".", "?", "!", "…", " ", " ", "\n", "\r", "\"", "”", "(", ")", "1", "23", ",", "-",
            "。", "*", "😀", "Dr", "\u0301", "$"
        };
        Random random = new Random(17);
        for (int run = 0; run < 20_000; run++) {
            List<String> pieces = new ArrayList<>();
            for (int i = random.nextInt(24); i >= 0; i--) {
                pieces.add(parts[random.nextInt(parts.length)]);
            }
            String text = String.join("", pieces);
            List<String> whole = split(new SentenceBuffer(0, LONGEST), List.of(text));
            List<String> characters = Arrays.asList(text.split("", -1));

            assertThat(split(new SentenceBuffer(0, LONGEST), characters))
                    .as(text)
                    .isEqualTo(whole);
            assertThat(String.join("", whole).replaceAll("\\s", "")).isEqualTo(text.replaceAll("\\s", ""));
        }
    }

    @Test
    void aSentenceIsGivenWithTheFirstCharacterThatMakesItsEndCertain() {
        SentenceBuffer buffer = new SentenceBuffer(0, LONGEST);

        assertThat(buffer.add("안녕하세요")).isEmpty();
        assertThat(buffer.add(".")).isEmpty();
        assertThat(buffer.add(" ")).isEmpty();
        assertThat(buffer.add("저")).containsExactly("안녕하세요.");
        assertThat(buffer.add("는 학생이다.\n")).containsExactly("저는 학생이다.");
        assertThat(buffer.add("At 3 p.m. ")).isEmpty();
        assertThat(buffer.add("and so on. H")).containsExactly("At 3 p.m. and so on.");
        assertThat(buffer.add("i")).isEmpty();
        assertThat(buffer.end()).containsExactly("Hi");
    }

    @Test
    void aSearchForALowerCaseLetterIsBounded() {
        SentenceBuffer buffer = new SentenceBuffer(0, LONGEST);

        assertThat(buffer.add("End. " + "/".repeat(63))).isEmpty();
        assertThat(buffer.add("//")).containsExactly("End.");
    }

    @Test
    void shortSentencesAreJoinedWithTheNext() {
        assertThat(split(new SentenceBuffer(10, LONGEST), List.of("Yes. No. Perhaps so. A longer sentence. Ok.")))
                .containsExactly("Yes. No. Perhaps so.", "A longer sentence.", "Ok.");
    }

    @Test
    void longSentencesAreCutAtWhiteSpaceOrAnywhere() {
        assertThat(split(new SentenceBuffer(0, 10), List.of("one two three four. End.")))
                .containsExactly("one two", "three", "four.", "End.");
        assertThat(split(new SentenceBuffer(0, 4), List.of("가나다라마바사"))).containsExactly("가나다라", "마바사");
        assertThat(split(new SentenceBuffer(0, 3), List.of("😀😀😀😀😀"))).containsExactly("😀😀😀", "😀😀");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100})
    void aTextWithoutAnEndIsCutAsItComes(int piece) {
        SentenceBuffer buffer = new SentenceBuffer(0, 50);
        int given = 0;
        for (int added = 0; added < 10_000; added += piece) {
            for (String part : buffer.add("x".repeat(piece))) {
                assertThat(part).hasSize(50);
                given += part.length();
            }
            assertThat(added + piece - given).isLessThanOrEqualTo(50);
        }
    }

    @Test
    void aLargeTextTakesTimeInProportionToItsLength() {
        String text = "이것은 문장이다. This is one. ".repeat(100_000);

        assertThat(split(new SentenceBuffer(0, LONGEST), List.of(text))).hasSize(200_000);
    }
}
