package dev.weir.component.http.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LongMessagesTest {
    /** Java copies the whole text for each letter with a lower case of several letters. */
    @Test
    @Timeout(60)
    void phrasesAreLookedForInTheBeginningOfALongMessage() {
        String rest = "\u0130".repeat(2_000_000);

        assertThat(PassingFailures.passes(Map.of("message", "Too many requests" + rest)))
                .isTrue();
        assertThat(PassingFailures.passes(Map.of("message", rest))).isFalse();
    }
}
