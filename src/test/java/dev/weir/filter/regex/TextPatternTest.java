package dev.weir.filter.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class TextPatternTest {
    private static final Duration GENEROUS = Duration.ofSeconds(60);
    private static final int MEBIBYTES_4 = 4 << 20;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "b        | abc | false",
                "a        | abc | true",
                ".*b      | abc | true",
                "^b       | abc | false",
                "^a       | abc | true",
                ".*c$     | abc | true",
                "b$       | abc | false",
                "x*       | abc | true",
                "^$       | abc | false",
                "(?i)A    | abc | true",
                "'\\bbc'  | abc | false",
                "'\\babc\\b' | abc | true",
                "[가-힣]   | 한   | true",
                "a😀      | a😀b | true",
                "a{3}     | aa  | false"
            })
    void aMatchBeginsAtTheStart(String pattern, String text, boolean found) throws RegexSyntaxException {
        assertThat(TextPattern.of(pattern).matchesStart(text)).isEqualTo(found);
    }

    @Test
    void theEmptyPatternMatchesTheEmptyText() throws RegexSyntaxException {
        assertThat(TextPattern.of("").matchesStart("")).isTrue();
        assertThat(TextPattern.of("^$").matchesStart("")).isTrue();
        assertThat(TextPattern.of("a").matchesStart("")).isFalse();
    }

    /** Each pattern makes a search with backtracking, or without a step limit, run for hours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$b",
                "(a|a)*c",
                "(a*)*c",
                "((((((){1000}){1000}){1000}){1000}){1000}){1000}c",
                "((((((^){1000}){1000}){1000}){1000}){1000}){1000}c",
                "(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)$c",
                "(((a{10}){10}){10}){10}c"
            })
    void aPatternThatGoesBackMatchesNothingOrIsRefused(String pattern) {
        String text = "a".repeat(MEBIBYTES_4);

        assertTimeoutPreemptively(GENEROUS, () -> {
            try {
                assertThat(TextPattern.of(pattern).matchesStart(text)).isFalse();
            } catch (RegexSyntaxException e) {
                assertThat(e.detail()).contains("too large");
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("too many steps");
            }
        });
    }

    @Test
    void aTextThatMakesAStateOfEachCharacterIsRefused() throws RegexSyntaxException {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        for (int i = 0; i < MEBIBYTES_4; i++) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        TextPattern pattern = TextPattern.of("[ab]*a[ab]{400}c");

        assertTimeoutPreemptively(
                GENEROUS,
                () -> assertThatThrownBy(() -> pattern.matchesStart(text.toString()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("the pattern takes too many steps in this text: repeat less in it"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?=a)", "(a)\\1", "a*?", "(", "a{1001}"})
    void whatIsNotLinearIsRefused(String pattern) {
        assertThatThrownBy(() -> TextPattern.of(pattern)).isInstanceOf(RegexSyntaxException.class);
    }

    @Test
    void aLongPatternIsRefused() {
        assertThatThrownBy(() -> TextPattern.of("\\p{L}".repeat(101)))
                .isInstanceOf(RegexSyntaxException.class)
                .hasMessage("the pattern is too long (at most 500 characters, has 505)");
    }

    @Test
    void manyClassesOfUnicodeAreReadInTime() {
        assertTimeoutPreemptively(GENEROUS, () -> TextPattern.of("(?i)" + "\\pL".repeat(160)));
    }
}
