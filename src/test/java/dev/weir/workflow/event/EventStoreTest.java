package dev.weir.workflow.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.json.MemoryEstimate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventStoreTest {
    private final EventStore store = new EventStore();

    private List<Object> all() {
        List<Object> all = new ArrayList<>();
        for (long number = store.oldest(); number <= store.newest(); number++) {
            all.add(store.event(number));
        }
        return all;
    }

    @Test
    void whatIsAddedIsThereUnderItsNumber() {
        assertThat(store.size()).isZero();
        store.append("Once");
        store.append("");
        store.append(" 옛날에 🎉");
        assertThat(store.newest()).isEqualTo(3);
        assertThat(store.event(1)).isEqualTo("Once");
        assertThat(store.event(2)).isEqualTo("");
        assertThat(store.event(3)).isEqualTo(" 옛날에 🎉");
    }

    @Test
    void whatIsNoTextIsKeptAsItIs() {
        Map<String, Object> object = Map.of("a", 1);
        byte[] raw = {1, 2};
        store.append("a");
        store.append(object);
        store.append(null);
        store.append(raw);
        store.append("b");
        assertThat(all()).containsExactly("a", object, null, raw, "b");
        assertThat(store.event(2)).isSameAs(object);
        assertThat(store.event(4)).isSameAs(raw);
    }

    @Test
    void halfACharacterComesBackAsItWas() {
        List<String> texts =
                List.of("\ud83c", "\udf89", "a\ud83c", "\ud83c\ud83c\udf89", "\udf89\ud83c", "\ud83c\udf89");
        texts.forEach(store::append);
        assertThat(all()).isEqualTo(texts);
    }

    @Test
    void aLongTextTakesNoMoreThanItself() {
        String text = "x".repeat(5_000);
        store.append(text);
        assertThat(store.event(1)).isSameAs(text);
        assertThat(store.bytes()).isEqualTo(MemoryEstimate.bytes(text));
    }

    @Test
    void whenAllIsForgottenNothingIsTakenAndTheNumbersGoOn() {
        store.append("a");
        store.append(7);
        store.forgetOldest();
        store.forgetOldest();
        assertThat(store.bytes()).isZero();
        assertThat(store.oldest()).isEqualTo(3);
        store.append("c");
        assertThat(store.event(3)).isEqualTo("c");
        assertThat(store.size()).isOne();
    }

    /** Compared with a plain list: rings that wrap around, grow, and hold texts across their ends. */
    @Test
    void itGivesWhatAListOfTheSameWouldGive() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            EventStore some = new EventStore();
            Deque<Object> expected = new ArrayDeque<>();
            int most = 1 + random.nextInt(60);
            for (int i = 0; i < 400; i++) {
                Object event = event(random);
                some.append(event);
                expected.add(event);
                while (some.size() > most || (some.size() > 1 && random.nextInt(9) == 0)) {
                    some.forgetOldest();
                    expected.remove();
                }
                assertThat(some.oldest()).isEqualTo(i + 2L - expected.size());
                long number = some.oldest();
                for (Object one : expected) {
                    assertThat(some.event(number++)).isEqualTo(one);
                }
                assertThat(some.bytes())
                        .isEqualTo(expected.stream()
                                .mapToLong(MemoryEstimate::bytes)
                                .sum());
            }
        }
    }

    private static Object event(Random random) {
        if (random.nextInt(10) == 0) {
            return Arrays.asList(random.nextInt(), null);
        }
        int[] codePoints = random.ints(random.nextInt(40), 0, 5)
                .map(kind -> new int[] {'a', 'é', '한', 0x1F389, '\n'}[kind])
                .toArray();
        return new String(codePoints, 0, codePoints.length);
    }
}
