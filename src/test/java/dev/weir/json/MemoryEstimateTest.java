package dev.weir.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
    @Test
    void aTextTakesItsUtf8AndItsObject() {
        assertThat(MemoryEstimate.bytes("")).isEqualTo(48);
        assertThat(MemoryEstimate.bytes("abc")).isEqualTo(48 + 3);
        assertThat(MemoryEstimate.bytes("é한🎉")).isEqualTo(48 + 2 + 3 + 4);
    }

    @Test
    void whatHoldsOthersTakesTheirsToo() {
        assertThat(MemoryEstimate.bytes(null)).isZero();
        assertThat(MemoryEstimate.bytes(7)).isEqualTo(48);
        assertThat(MemoryEstimate.bytes(new byte[100])).isEqualTo(148);
        assertThat(MemoryEstimate.bytes(List.of("a", Map.of("key", 1)))).isEqualTo(48 + 49 + 48 + 51 + 48);
    }
}
