package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples of the W3C's recommendation Trace Context. */
class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private static TraceContext of(String parent, String... states) {
        return TraceContext.of(List.of(parent), List.of(states));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + TRACE + "-" + SPAN + "-01",
                " 00-" + TRACE + "-" + SPAN + "-01\t",
                // A later version, which may have more parts
                "cc-" + TRACE + "-" + SPAN + "-01",
                "cc-" + TRACE + "-" + SPAN + "-01-what-the-future-will-be-like"
            })
    void isWrittenInTheVersionThatIsKnown(String parent) {
        TraceContext trace = of(parent, "congo=t61rcWkgMzE");
        assertThat(trace).isEqualTo(new TraceContext(TRACE, SPAN, "01", "congo=t61rcWkgMzE"));
        assertThat(trace.parent()).isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-1",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "00-" + TRACE + "-" + SPAN + "-01-",
                "cc-" + TRACE + "-" + SPAN + "-01.more",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-0x",
                "00_" + TRACE + "_" + SPAN + "_01",
                "00-" + TRACE + "-" + SPAN + "-01\ntask=forged"
            })
    void isAbsentIfItIsMalformed(String parent) {
        assertThat(of(parent)).isEqualTo(TraceContext.NONE);
    }

    @Test
    void isAbsentIfItIsRepeated() {
        String parent = "00-" + TRACE + "-" + SPAN + "-01";
        assertThat(TraceContext.of(List.of(parent, parent), List.of())).isEqualTo(TraceContext.NONE);
        assertThat(TraceContext.of(List.of(), List.of("congo=t61rcWkgMzE")).isPresent())
                .isFalse();
        assertThat(TraceContext.of((Object) 7, null)).isEqualTo(TraceContext.NONE);
    }

    @Test
    void keepsTheValuesOfVendorsInTheirOrderUpToALimit() {
        String parent = "00-" + TRACE + "-" + SPAN + "-00";
        assertThat(of(parent, "rojo=1,b=2", "congo=3").state()).isEqualTo("rojo=1,b=2,congo=3");
        assertThat(of(parent, "x".repeat(512)).state()).hasSize(512);
        assertThat(of(parent, "x".repeat(513)).state()).isEmpty();
        assertThat(of(parent, "a=\u00e4").state()).isEmpty();
        assertThat(of(parent, "a=1\r\nX-Forged: 1").state()).isEmpty();
    }
}
