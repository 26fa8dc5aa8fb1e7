package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FootprintTest {
    @Test
    void aTextTakesItsUtf8AndItsObject() {
        assertThat(Footprint.bytes("")).isEqualTo(48);
        assertThat(Footprint.bytes("abc")).isEqualTo(48 + 3);
        assertThat(Footprint.bytes("é한🎉")).isEqualTo(48 + 2 + 3 + 4);
    }

    @Test
    void whatHoldsOthersTakesTheirsToo() {
        assertThat(Footprint.bytes(null)).isZero();
        assertThat(Footprint.bytes(7)).isEqualTo(48);
        assertThat(Footprint.bytes(new byte[100])).isEqualTo(148);
        assertThat(Footprint.bytes(List.of("a", Map.of("key", 1)))).isEqualTo(48 + 49 + 48 + 51 + 48);
    }
}
