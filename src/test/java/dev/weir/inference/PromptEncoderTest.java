package dev.weir.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.StoriesModel;
import dev.weir.WeirException;
import dev.weir.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptEncoderTest {
    private static final OptionalInt NO_CUT = OptionalInt.empty();
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.open(StoriesModel.FOLDER);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static PromptEncoder encoder(int most) {
        return new PromptEncoder(tokenizer, 0, most, most + " with the output");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello world ", "a", " ", "\u0001", "한", "😀", "\n"})
    void refusesATextThatCannotFitBeforeItIsEncoded(String part) {
        String text = part.repeat(9_600_000 / part.length());

        assertThatThrownBy(() -> encoder(511).encode(text, true, NO_CUT))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessageMatching(
                        "the input is too long \\(\\d{7} characters, and the model's context holds at most \\d{4,5} for 511"
                                + " with the output\\): shorten it, or set max_input_length");
    }

    @Test
    void refusesALongTextForALargeContextWithoutEncodingItWhole() {
        assertThatThrownBy(() -> encoder(100_000).encode("a b ".repeat(250_000), true, NO_CUT))
                .hasMessageMatching(
                        "the input is too long \\(more than \\d+ tokens, and the model's context holds 100000.*");
    }

    @Test
    void refusesATokenThatTheModelDoesNotKnow() {
        int[] ids = tokenizer.encode("Once upon a time", true);
        int largest = Arrays.stream(ids).max().orElseThrow();

        assertThat(new PromptEncoder(tokenizer, largest + 1, 511, "511").encode("Once upon a time", true, NO_CUT))
                .isEqualTo(ids);
        assertThatThrownBy(() ->
                        new PromptEncoder(tokenizer, largest, 511, "511").encode("Once upon a time", true, NO_CUT))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT))
                .hasMessageContaining("the input has the token " + largest + " of tokenizer.json");
    }

    @Test
    void encodesALongTextThatFits() {
        String text = "Once upon a time there was a girl. ".repeat(4_000);

        assertThat(encoder(100_000).encode(text, true, NO_CUT)).isEqualTo(tokenizer.encode(text, true));
    }

    @Test
    void cutsAHugeTextToTheSameTokensAsTheWholeHas() {
        String text = "Once upon a time there was a girl. ".repeat(10_000);
        int[] whole = tokenizer.encode(text, true);

        assertThat(encoder(511).encode(text, true, OptionalInt.of(100))).isEqualTo(Arrays.copyOf(whole, 100));
        assertThat(encoder(511).encode("x".repeat(9_600_000), true, OptionalInt.of(100)))
                .hasSize(100);
        assertThat(encoder(511).encode("😀".repeat(4_800_000), true, OptionalInt.of(3)))
                .hasSize(3);
    }

    @Test
    void aCutBeyondTheContextDoesNotMakeATextFit() {
        assertThatThrownBy(() -> encoder(511).encode("x".repeat(9_600_000), true, OptionalInt.of(1_000_000)))
                .hasMessageContaining("9600000 characters");
    }
}
