package dev.weir.component.http.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Java copies a whole text for each letter with a lower case of several letters. */
@Timeout(60)
class LongNamesTest {
    private static final String LONG = "\u0130".repeat(2_000_000);

    @Test
    void aLongNameIsNoNameThatAProtocolKnows() {
        assertThat(FailureNames.isFailure(LONG + "_error")).isFalse();
        assertThat(FailureNames.isReason(LONG + "_error")).isFalse();
        assertThat(FailureNames.isReason("x_error")).isTrue();
        assertThat(StreamProtocols.isKeepAlive(LONG)).isFalse();
        assertThat(StreamProtocols.isClosing(LONG)).isFalse();
    }

    @Test
    void aLongTextSaysSomething() {
        assertThat(Statements.says(LONG)).isTrue();
    }
}
