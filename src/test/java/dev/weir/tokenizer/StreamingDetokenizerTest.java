package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.StoriesModel;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingDetokenizerTest {
    private static final char REPLACEMENT = '\uFFFD';
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.open(StoriesModel.FOLDER);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Once upon a time, there was a little girl named Lily.",
                "안녕하세요, 세계! 고양이 두 마리가 공원에 있습니다.",
                "🙂 emoji 👩‍👩‍👧 and 🇰🇷, e\u0301 combined",
                " leading, two  spaces\n\n\tand trailing "
            })
    void piecesJoinToTheWholeTextAndNoneEndsWithinACharacter(String text) {
        StreamingDetokenizer detokenizer = new StreamingDetokenizer(tokenizer);
        StringBuilder joined = new StringBuilder();
        for (int id : tokenizer.encode(text, false)) {
            String piece = detokenizer.add(id);
            assertThat(piece.indexOf(REPLACEMENT)).isNegative();
            assertThat(endsWithinACharacter(piece)).isFalse();
            joined.append(piece);
        }

        assertThat(joined.append(detokenizer.flush())).hasToString(text);
    }

    @Test
    void aTokenThatCompletesNothingGivesNothingYet() {
        int[] bytes = tokenizer.encode("한", false);
        assertThat(bytes).hasSizeGreaterThan(1);
        StreamingDetokenizer detokenizer = new StreamingDetokenizer(tokenizer);

        for (int i = 0; i < bytes.length - 1; i++) {
            assertThat(detokenizer.add(bytes[i])).isEmpty();
        }
        assertThat(detokenizer.add(bytes[bytes.length - 1])).isEqualTo("한");
    }

    @Test
    void whatIsCutOffComesOutAtTheEnd() {
        int[] bytes = tokenizer.encode("한", false);
        StreamingDetokenizer detokenizer = new StreamingDetokenizer(tokenizer);

        assertThat(detokenizer.add(bytes[0])).isEmpty();
        assertThat(detokenizer.flush()).isEqualTo("\uFFFD");
        assertThat(detokenizer.flush()).isEmpty();
    }

    @Test
    void specialTokensAreNotShown() {
        StreamingDetokenizer detokenizer = new StreamingDetokenizer(tokenizer);

        assertThat(detokenizer.add(1)).isEmpty();
        assertThat(detokenizer.add(tokenizer.encode("Hi", false)[0])).isNotEmpty();
        assertThat(detokenizer.add(2)).isEmpty();
        assertThat(detokenizer.flush()).isEmpty();
    }

    @Test
    void anyTokensInAnyOrderGiveTheWholeDecoding() {
        Random random = new Random(11);
        int[] nonAscii = tokenizer.encode("안녕하세요 👩‍👩‍👧🇰🇷 세계 é ü 🙂🙃 다람쥐", false);
        for (int round = 0; round < 300; round++) {
            int[] ids = new int[1 + random.nextInt(60)];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = random.nextInt(4) == 0 ? random.nextInt(2048) : nonAscii[random.nextInt(nonAscii.length)];
            }
            StreamingDetokenizer detokenizer = new StreamingDetokenizer(tokenizer);
            StringBuilder joined = new StringBuilder();
            for (int id : ids) {
                joined.append(detokenizer.add(id));
            }
            assertThat(joined.append(detokenizer.flush()))
                    .as("round %d", round)
                    .hasToString(tokenizer.decode(ids, true));
        }
    }

    @Test
    void endlessRubbishIsGivenOutBitByBit() {
        int lone = tokenizer.encode("한", false)[0];
        StreamingDetokenizer detokenizer = new StreamingDetokenizer(tokenizer);
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            joined.append(detokenizer.add(lone));
        }

        assertThat(joined.length()).isGreaterThan(80);
        assertThat(joined.append(detokenizer.flush())).hasToString("\uFFFD".repeat(100));
    }

    private static boolean endsWithinACharacter(String piece) {
        return !piece.isEmpty() && Character.isHighSurrogate(piece.charAt(piece.length() - 1));
    }
}
