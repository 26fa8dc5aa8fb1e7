package dev.weir.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LongWordsTest {
    /** Java copies the whole text for each letter with a lower case of several letters. */
    @Test
    @Timeout(60)
    void aLongTextIsNoTruthValueAtOnce() {
        Conversions.Conversion truth = Conversions.of(new ValueType("boolean", "", ""));

        assertThatThrownBy(() -> truth.apply("\u0130".repeat(2_000_000))).isInstanceOf(IllegalArgumentException.class);
        assertThat(truth.apply(" ".repeat(1_000) + "Yes" + " ".repeat(1_000))).isEqualTo(true);
    }
}
