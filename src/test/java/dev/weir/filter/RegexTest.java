package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.filter.regex.RegexSyntaxException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegexTest {

    private static String without(String pattern, String text) {
        return Filtering.whole(Filtering.run(Filtering.pattern(pattern)), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            sk-[A-Za-z0-9]{4,}       ~ a sk-abcd1 b          ~ a # b
            a|ab|abc                 ~ abcd                  ~ #d
            (?i)secret               ~ SeCrEt                ~ #
            (?i:ab)c                 ~ ABc ABC               ~ # ABC
            a(?i)b|c                 ~ aB C                  ~ # #
            \\d+                     ~ a1b22                 ~ a#b#
            [^\\d\\s]+               ~ 1ab 2                 ~ 1# 2
            []x-]+                   ~ a]x-b                 ~ a#b
            [a-]                     ~ a-b                   ~ ##b
            a\\.b                    ~ a.b axb               ~ # axb
            \\x41\\x{AC00}\\u0042    ~ A가B                  ~ #
            \\p{Hangul}+             ~ abc 한글 def          ~ abc # def
            \\p{Lu}\\p{Ll}+          ~ the Big one           ~ the # one
            \\P{L}+                  ~ ab12cd                ~ ab#cd
            [\\p{L}\\d]+             ~ -가1é-                ~ -#-
            \\bcat\\b                ~ cat concat cat's      ~ # concat #'s
            \\Bcat                   ~ cat concat            ~ cat con#
            ^a                       ~ aa                    ~ #a
            a$                       ~ aa                    ~ a#
            \\Aa\\z                  ~ a                     ~ #
            (?<year>\\d{4})-\\d\\d   ~ on 2026-11            ~ on #
            (?P<n>x)y                ~ xy                    ~ #
            x{2,3}                   ~ xxxxx                 ~ ##
            (a|b)*c                  ~ xabac                 ~ x#
            😀+                      ~ a😀😀b                ~ a#b
            [😀-😎]                  ~ 😃🎈                  ~ #🎈
            .                        ~ 😀                    ~ #
            """)
    void findsTheLongestMatch(String pattern, String text, String expected) {
        assertThat(without(pattern, text)).isEqualTo(expected);
    }

    @Test
    void linesAreTextsOfTheirOwnWhereAskedFor() {
        assertThat(without("(?m)^a$", "a\nba\na")).isEqualTo("#\nba\n#");
        assertThat(without("a.b", "a\nb")).isEqualTo("a\nb");
        assertThat(without("(?s)a.b", "a\nb")).isEqualTo("#");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            a*           ~ 0 ~ the pattern finds the empty text, which is everywhere
            a||b         ~ 0 ~ the pattern finds the empty text, which is everywhere
            a{300}       ~ 0 ~ the pattern finds nothing shorter than 300 characters, and max_match is 256
            a.*?b        ~ 2 ~ '*?' is lazy, possessive or repeats twice, and matches here are the longest
            a++          ~ 1 ~ '++' is lazy, possessive or repeats twice, and matches here are the longest
            (a           ~ 0 ~ '(' is not closed
            a)           ~ 1 ~ ')' closes nothing
            [a           ~ 0 ~ '[' is not closed
            [b-a]        ~ 1 ~ 'b-a' is not a range of characters
            [[:alpha:]]  ~ 1 ~ classes cannot be nested
            +a           ~ 0 ~ there is nothing for '+' to repeat
            a{           ~ 1 ~ '{' has no count
            a{3,2}       ~ 1 ~ '{3,2}' is not a count
            a{2000}      ~ 1 ~ '{2000}' is not a count
            (a)\\1       ~ 3 ~ '\\1' is not known
            \\q          ~ 0 ~ '\\q' is not known
            a\\          ~ 1 ~ a backslash ends the pattern
            (?=a)b       ~ 0 ~ '(?=' is not a known group
            (?<!a)b      ~ 0 ~ '(?<!' is not a known group
            \\p{Klingon} ~ 0 ~ '\\p{Klingon}' names no class
            \\x{110000}  ~ 0 ~ '\\x{110000}' names no character
            ((a{100}){100}){2} ~ 0 ~ the pattern finds nothing shorter than 20000 characters, and max_match is 256
            ((a{0,100}b?){100}){2}c ~ 0 ~ the pattern is too large (at most 10000 steps, with its repetitions written out)
            """)
    void refusesWhatItCannotDo(String pattern, int offset, String message) {
        RegexSyntaxException refusal =
                catchThrowableOfType(RegexSyntaxException.class, () -> Regex.of(pattern, false, 256));

        assertThat(refusal).hasMessage(message);
        assertThat(refusal.offset()).isEqualTo(offset);
        assertThat(refusal.remedy()).isNotEmpty();
    }

    @Test
    void nestsNoDeeperThanItCanRead() {
        String pattern = "(".repeat(100_000) + "a" + ")".repeat(100_000);

        RegexSyntaxException refusal =
                catchThrowableOfType(RegexSyntaxException.class, () -> Regex.of(pattern, false, 256));

        assertThat(refusal).hasMessage("parentheses are nested too deeply (at most 200 levels)");
    }

    /** Patterns with exponential time in other engines, with their worst texts. */
    @ParameterizedTest
    @CsvSource({"(a+)+b", "(a|a)*b", "(a|aa)+b", "(.*)(.*)(.*)(.*)b", "(a?){60}a{60}b", "[ab]*a[ab]{100}c"})
    void aPatternCannotHangTheServer(String pattern) {
        String text = "a".repeat(2_000);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> assertThat(without(pattern, text)).isEqualTo(text));
    }

    @Test
    void anAutomatonOfMoreStatesThanAreKeptFindsTheSame() {
        StringBuilder text = new StringBuilder();
        Random random = new Random(3);
        for (int i = 0; i < 1_000; i++) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }

        // The automaton has 2^100 states; each text of 200 letters reaches different ones.
        assertThat(without("[ab]*a[ab]{100}c", text + "a" + "b".repeat(100) + "c"))
                .endsWith("#")
                .hasSizeLessThan(text.length());
    }
}
