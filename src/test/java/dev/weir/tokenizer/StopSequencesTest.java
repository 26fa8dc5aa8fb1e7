package dev.weir.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopSequencesTest {

    @Test
    void withoutSequencesEverythingPassesAtOnce() {
        StopSequences none = new StopSequences(List.of());

        assertThat(none.push("any ")).isEqualTo("any ");
        assertThat(none.flush()).isEmpty();
        assertThat(none.reached()).isFalse();
    }

    @Test
    void aSequenceThatSpansPiecesIsHeldBackAndNeverShown() {
        StopSequences stop = new StopSequences(List.of("\nUser:"));

        assertThat(stop.push("Hello")).isEqualTo("Hello");
        assertThat(stop.push("!\nUs")).isEqualTo("!");
        assertThat(stop.push("er")).isEmpty();
        assertThat(stop.push(": more")).isEmpty();
        assertThat(stop.reached()).isTrue();
        assertThat(stop.push("after")).isEmpty();
        assertThat(stop.flush()).isEmpty();
    }

    @Test
    void textThatDidNotBecomeASequenceComesOutAfterAll() {
        StopSequences stop = new StopSequences(List.of("END"));

        assertThat(stop.push("the EN")).isEqualTo("the ");
        assertThat(stop.push("Emy")).isEqualTo("ENEmy");
        assertThat(stop.push(" E")).isEqualTo(" ");
        assertThat(stop.flush()).isEqualTo("E");
        assertThat(stop.reached()).isFalse();
    }

    @Test
    void overlappingBeginningsAreAllKeptInMind() {
        StopSequences stop = new StopSequences(List.of("aab", "abc"));

        assertThat(stop.push("aaa")).isEqualTo("a");
        assertThat(stop.push("b")).isEmpty();
        assertThat(stop.reached()).isTrue();
    }

    @Test
    void whereThePiecesEndMakesNoDifference() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            String text = randomText(random, 30);
            List<String> sequences = List.of(randomText(random, 4) + "a", randomText(random, 3) + "b", "bcb");
            String whole = through(sequences, List.of(text));
            assertThat(through(sequences, pieces(random, text)))
                    .as("%s in %s", sequences, text)
                    .isEqualTo(whole);
            assertThat(text).startsWith(whole);
            assertThat(sequences).noneMatch(whole::contains);
        }
    }

    private static String through(List<String> sequences, List<String> pieces) {
        StopSequences stop = new StopSequences(sequences);
        StringBuilder out = new StringBuilder();
        pieces.forEach(piece -> out.append(stop.push(piece)));
        return out.append(stop.flush()).toString();
    }

    private static List<String> pieces(Random random, String text) {
        List<String> pieces = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int end = Math.min(text.length(), start + random.nextInt(4));
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }

    private static String randomText(Random random, int maxLength) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(maxLength + 1); length > 0; length--) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }
}
